import type { FeatureLike } from 'ol/Feature.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import type { StyleFunction } from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';

import { colourOf } from '../ui/colour-of.ts';

type Part = 'land' | 'green' | 'water' | 'building' | 'border' | 'road' | 'place' | 'other';

/** What a layer shows, by its name: those of Protomaps, OpenMapTiles and Shortbread say so. Those of areas come before others. */
const named: readonly (readonly [RegExp, Part])[] = [
  [/label|place|city|cities|settlement/, 'place'],
  [/water|ocean|sea|lake|river/, 'water'],
  [/^earth$/, 'land'],
  [/land|park|green|forest|wood/, 'green'],
  [/building/, 'building'],
  [/bound|border|admin|countr/, 'border'],
  [/road|street|highway|transport|transit|rail/, 'road'],
];

export const partOf = (layer: string): Part =>
  named.find(([pattern]) => pattern.test(layer.toLowerCase()))?.[1] ?? 'other';

/** Some maps draw the land over the sea; the others draw the sea over the land, of which `land` then says what grows on it. */
export function backgroundOf(layers: readonly string[]): string {
  const overSea = layers.includes('earth') || (layers.includes('land') && !layers.includes('ocean'));
  return colourOf(overSea ? '--water' : '--land');
}

const growing = /forest|wood|park|grass|meadow|scrub|nature|garden|golf|farm|crop|orchard/;
const large = /highway|motorway|trunk|major|primary/;

/** What a feature is called in the language of the browser, or else where it is. */
function nameOf(feature: FeatureLike): string {
  const language = navigator.language.split('-')[0] ?? '';
  const name: unknown = feature.get(`name:${language}`) ?? feature.get('name');
  return typeof name === 'string' ? name : '';
}

const kindOf = (feature: FeatureLike): string =>
  [feature.get('kind'), feature.get('class')].filter((kind) => typeof kind === 'string').join(' ');

/** The map behind what is looked at: quiet, in the colours of the theme as it now is. */
export function styleOfTiles(): StyleFunction {
  const area = (colour: string, zIndex: number): Style =>
    new Style({ fill: new Fill({ color: colour }), zIndex });
  const line = (colour: string, width: number, zIndex: number, lineDash?: number[]): Style =>
    new Style({ stroke: new Stroke({ color: colour, width, ...(lineDash ? { lineDash } : {}) }), zIndex });
  const [land, water, edge, soft] = ['--land', '--water', '--border-of-land', '--line-strong'].map(
    colourOf,
  ) as [string, string, string, string];
  const areas: Readonly<Partial<Record<Part, Style>>> = {
    land: area(land, 0),
    green: area(colourOf('--succeeded-soft').replace(')', ' / 0.6)'), 1),
    water: area(water, 2),
    building: area(colourOf('--line'), 3),
    border: line(edge, 1, 5),
    other: line(edge, 1, 4),
  };
  const lines: Readonly<Partial<Record<Part, Style>>> = {
    water: line(colourOf('--river'), 1.5, 2),
    border: line(edge, 1, 5),
    other: line(edge, 1, 4),
  };
  const [road, largeRoad, innerBorder] = [
    line(soft, 0.75, 4),
    line(soft, 1.75, 4),
    line(edge, 0.75, 5, [4, 3]),
  ];
  const label = new Text({
    font: '500 12px system-ui, sans-serif',
    fill: new Fill({ color: colourOf('--ink-2') }),
    stroke: new Stroke({ color: colourOf('--surface'), width: 3 }),
  });
  const place = new Style({ text: label, zIndex: 6 });
  return (feature) => {
    const part = partOf(String(feature.get('layer') ?? ''));
    const type = feature.getGeometry()?.getType() ?? '';
    if (type.endsWith('Point')) {
      const name = part === 'place' ? nameOf(feature) : '';
      if (!name) return undefined;
      label.setText(name);
      return place;
    }
    if (type.endsWith('LineString')) {
      if (part === 'road') return large.test(kindOf(feature)) ? largeRoad : road;
      const level = Number(feature.get('admin_level') ?? feature.get('kind_detail'));
      if (part === 'border' && level > 2) return innerBorder;
      return lines[part];
    }
    const kind = kindOf(feature);
    if (part === 'green' && !growing.test(kind)) return kind === '' ? areas.land : undefined;
    return areas[part];
  };
}

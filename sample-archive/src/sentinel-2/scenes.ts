import { GLASGOW, LAKES } from './tiles.ts';
import type { Tile } from './tiles.ts';

/** One passage of the satellite. */
interface Passage {
  readonly datetime: string;
  readonly platform: 'sentinel-2a' | 'sentinel-2b' | 'sentinel-2c';
  readonly baseline: string;
  /** 1000 is added to what the pixels hold, as since baseline 04.00, and not taken off again. */
  readonly addsOffset: boolean;
  /** What the item says in `earthsearch:boa_offset_applied`; null says nothing. */
  readonly saysApplied: boolean | null;
  /** What the item says in the offset of `raster:bands`, right or wrong; null says nothing. */
  readonly saysOffset: number | null;
  /** Share of the sky that is clouded, roughly. */
  readonly clouds: number;
  /** The clouds' pattern. */
  readonly seed: number;
  /** Degrees. */
  readonly sunAzimuth: number;
  readonly sunElevation: number;
  /** How green it is: 0 in winter, 1 in summer. */
  readonly season: number;
  /** Metres above which snow lies. */
  readonly snowLine: number;
  /** The part of the swath that there is: of a line that runs past Glasgow, what lies east or west of it. */
  readonly swath?: 'east' | 'west';
}

export interface SceneRecipe extends Passage {
  /** As the public archive names its scenes. */
  readonly id: string;
  readonly tile: Tile;
}

const spring2021: Passage = {
  datetime: '2021-03-27T11:33:21.024Z',
  platform: 'sentinel-2b',
  baseline: '02.14',
  addsOffset: false,
  saysApplied: false,
  saysOffset: 0,
  clouds: 0.22,
  seed: 211,
  sunAzimuth: 166.2,
  sunElevation: 37.1,
  season: 0.35,
  snowLine: 620,
};

const may2025: Passage = {
  datetime: '2025-05-14T11:33:19.024Z',
  platform: 'sentinel-2a',
  baseline: '05.11',
  addsOffset: true,
  saysApplied: false,
  // The baseline says otherwise: items of the public archive contradict themselves just so.
  saysOffset: 0,
  clouds: 0.1,
  seed: 251,
  sunAzimuth: 163.5,
  sunElevation: 52.4,
  season: 0.9,
  snowLine: 2000,
};

const august2025: Passage = {
  datetime: '2025-08-12T11:33:22.024Z',
  platform: 'sentinel-2c',
  baseline: '05.11',
  addsOffset: false,
  saysApplied: true,
  // Already taken off, though this says that it is to be.
  saysOffset: -0.1,
  clouds: 0.3,
  seed: 252,
  sunAzimuth: 161.3,
  sunElevation: 48.1,
  season: 0.85,
  snowLine: 2000,
  swath: 'east',
};

const nextDay2025: Passage = {
  ...august2025,
  datetime: '2025-08-13T11:23:31.024Z',
  platform: 'sentinel-2b',
  clouds: 0.15,
  seed: 253,
  sunAzimuth: 158.4,
  swath: 'west',
};

const winter2026: Passage = {
  datetime: '2026-02-21T11:33:31.024Z',
  platform: 'sentinel-2b',
  baseline: '05.12',
  addsOffset: true,
  saysApplied: null,
  saysOffset: -0.1,
  clouds: 0.45,
  seed: 261,
  sunAzimuth: 165,
  sunElevation: 22.6,
  season: 0,
  snowLine: 330,
};

const overcast2026: Passage = {
  datetime: '2026-05-09T11:33:19.024Z',
  platform: 'sentinel-2c',
  baseline: '05.12',
  addsOffset: false,
  saysApplied: true,
  saysOffset: -0.1,
  clouds: 1.3,
  seed: 262,
  sunAzimuth: 163.9,
  sunElevation: 51.2,
  season: 0.85,
  snowLine: 2000,
};

const june2026: Passage = {
  datetime: '2026-06-18T11:33:21.024Z',
  platform: 'sentinel-2a',
  baseline: '05.12',
  addsOffset: true,
  saysApplied: null,
  saysOffset: null,
  clouds: 0.07,
  seed: 263,
  sunAzimuth: 160.1,
  sunElevation: 56.3,
  season: 1,
  snowLine: 2000,
};

/** Newest last. */
export const scenes: readonly SceneRecipe[] = [
  ...passage(spring2021, GLASGOW, ...LAKES),
  ...passage(may2025, GLASGOW, ...LAKES),
  ...passage(august2025, GLASGOW, ...LAKES),
  ...passage(nextDay2025, GLASGOW),
  ...passage(winter2026, GLASGOW),
  ...passage(overcast2026, GLASGOW),
  ...passage(june2026, GLASGOW, ...LAKES),
];

function passage(one: Passage, ...tiles: readonly Tile[]): SceneRecipe[] {
  const unit = one.platform.slice(-1).toUpperCase();
  const day = one.datetime.slice(0, 10).replaceAll('-', '');
  return tiles.map((tile) => ({ ...one, tile, id: `S2${unit}_${tile.name}_${day}_0_L2A` }));
}

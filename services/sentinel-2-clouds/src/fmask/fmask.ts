import { calculate } from '@fusion-platform/geo';
import type { CalcBand, CalcSource, Sentinel2Band } from '@fusion-platform/geo';
import type { Kit } from '@fusion-platform/service-kit';

import { GROUND, NODATA, SHADOW, THICK_CLOUD, THIN_CLOUD } from '../classes.ts';
import { CoarseScene } from './coarse-scene.ts';
import { shadows } from './shadows.ts';
import type { Sun } from './shadows.ts';
import { CIRRUS_LAND, CLEAR_LAND, CLOUD_LAND, CLOUD_WATER, testPixel } from './spectral-tests.ts';
import { LandThreshold, WATER_THRESHOLD } from './threshold.ts';

export const FMASK_BANDS = [
  'B02',
  'B03',
  'B04',
  'B08',
  'B10',
  'B11',
  'B12',
] as const satisfies readonly Sentinel2Band[];

const SCALE = 10_000;
/** A pixel between the two passes: its kind, and thousandths of its probability. */
const KIND = 8192;
const UNTESTED = 65_535;

/**
 * Classifies a scene of level 1C after Fmask. Tests every pixel, then looks at the scene as a whole: from which
 * probability on it is cloud, and where the shadows of clouds lie.
 * @param sun where it stands; without it no shadow is looked for
 * @returns what gives the classes; the tests are done by then
 */
export async function fmask(
  sources: readonly CalcSource[],
  sun: Sun | null,
  kit: Kit,
): Promise<Omit<CalcBand, 'name'>> {
  const land = new LandThreshold();
  let scene: CoarseScene | undefined;
  const tested = kit.scratch('tested.tif');
  const grid = await calculate({
    output: tested,
    bands: [
      {
        name: 'Tested',
        sources,
        calculate: (inputs, output, { row, width, nodata }) => {
          scene ??= new CoarseScene(width);
          for (let index = 0; index < output.length; index++) {
            output[index] = UNTESTED;
            if (inputs.some((values, band) => values[index] === nodata[band])) continue;
            const at = (band: number): number => (inputs[band]?.[index] ?? 0) / SCALE;
            const [nir, swir1] = [at(3), at(5)];
            const result = testPixel({
              blue: at(0),
              green: at(1),
              red: at(2),
              nir,
              cirrus: at(4),
              swir1,
              swir2: at(6),
            });
            output[index] = result.kind * KIND + Math.min(KIND - 1, Math.round(result.probability * 1000));
            if (result.kind === CLEAR_LAND) land.add(result.probability);
            scene.add(row * width + index, result, nir, swir1);
          }
        },
      },
    ],
    dataType: 'uint16',
    nodata: UNTESTED,
    reduction: 'mode',
    signal: kit.signal,
    onProgress: (part) => kit.progress(50 * part, 'Testing pixels for clouds'),
  });
  const threshold = land.value;
  kit.log(`Over land a cloud is what has a probability above ${threshold.toFixed(3)}`);
  const found =
    scene === undefined || sun === null ? null : shadowsOf(scene, threshold, grid.resolution[0], sun);
  return {
    sources: [{ path: tested }],
    calculate: ([values], output, { row, width }) => {
      for (let index = 0; index < output.length; index++) {
        const kind = classOf(values?.[index] ?? UNTESTED, threshold);
        output[index] = kind === GROUND && found?.(row * width + index) === true ? SHADOW : kind;
      }
    },
  };
}

function classOf(value: number, landThreshold: number): number {
  if (value === UNTESTED) return NODATA;
  const [kind, probability] = [Math.floor(value / KIND), (value % KIND) / 1000];
  if (kind < CLOUD_LAND) return GROUND;
  const threshold = kind === CLOUD_LAND || kind === CIRRUS_LAND ? landThreshold : WATER_THRESHOLD;
  if (probability <= threshold) return GROUND;
  return kind === CLOUD_LAND || kind === CLOUD_WATER ? THICK_CLOUD : THIN_CLOUD;
}

/** Says of a pixel by its place whether it lies in shadow. */
function shadowsOf(
  scene: CoarseScene,
  threshold: number,
  pixel: number,
  sun: Sun,
): (index: number) => boolean {
  const { columns, factor } = scene;
  const cells = shadows(
    {
      columns,
      cell: pixel * factor,
      clouds: scene.clouds(threshold),
      water: scene.water(),
      nir: scene.layer('nir'),
      swir: scene.layer('swir'),
    },
    sun,
  );
  return (index) => {
    const width = scene.width;
    return cells[Math.floor(index / width / factor) * columns + Math.floor((index % width) / factor)] === 1;
  };
}

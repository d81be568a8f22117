import type { Analysis } from '../findings/index.ts';
import { readBlocks } from './blocks.ts';
import { SampleTypeError, withRaster } from './open-raster.ts';

/** GDAL's names of the types of 64-bit integers. */
export const WIDE = new Set(['Int64', 'UInt64']);

/**
 * The number that stands for no value, of a raster of 64-bit integers; undefined without one.
 * @param text as GDAL writes it
 * @throws {SampleTypeError} for one that a floating-point number does not hold
 */
export function wideNodata(text: string | undefined, fileName: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && !Number.isSafeInteger(value))
    throw new SampleTypeError(
      'unsupported',
      `${fileName} holds integers in 64 bits, with ${text.trim()} for no value: beyond 2^53 they cannot be told apart here. Give it a smaller one, -9999 for example (gdal_translate with -a_nodata says which, gdal_calc changes the pixels), or save it with 32 bits`,
    );
  return value;
}

/**
 * Looks at every value of a raster that was turned from 64-bit integers into floating-point numbers. Up to 2^53 - 1 these
 * hold every integer; beyond, several of them become one.
 * @throws {SampleTypeError} naming the first pixel that is beyond
 */
export async function refuseInexact(
  path: string,
  fileName: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await withRaster(path, { fileName, signal }, async ({ image }) => {
    for await (const { bands, column, row, width } of readBlocks(image, { signal }))
      for (const [band, values] of bands.entries()) {
        const at = values.findIndex((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
        if (at < 0) continue;
        const [x, y] = [column + (at % width), row + Math.floor(at / width)];
        throw new SampleTypeError(
          'unsupported',
          `${fileName} holds an integer of about ${values[at]} in band ${band + 1}, at column ${x} and row ${y} (counted from 0): beyond 2^53 integers in 64 bits cannot be told apart here. Save smaller ones, or its upper and lower 32 bits as bands of their own`,
        );
      }
  });
}

/** What was found in the converted file, of the file itself: the numbers are the same, their type is not. */
export function asWide(found: Analysis, types: readonly string[]): Analysis {
  const typeOf = (band: number, type: string): string => types[band]?.toLowerCase() ?? type;
  return {
    ...found,
    selectors:
      found.selectors?.map((selector, band) => ({
        ...selector,
        data_type: selector.data_type === null ? null : typeOf(band, selector.data_type),
      })) ?? null,
    stac: {
      ...found.stac,
      bands: found.stac.bands?.map((one, band) => ({ ...one, dataType: typeOf(band, one.dataType) })) ?? null,
    },
  };
}

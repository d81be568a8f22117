import type { Raster, TiffTag } from '../raster/index.ts';
import { asciiTag, doubleTag, shortTag } from './tiff-directory.ts';

/** The tags that say where a raster lies, as they are in its file: so any coordinate system is kept. */
export async function readGeoreferenceTags({ image }: Raster): Promise<TiffTag[]> {
  const { fileDirectory: directory } = image;
  const [scale, tie, matrix, keys, doubles, ascii] = await Promise.all([
    directory.loadValue('ModelPixelScale'),
    directory.loadValue('ModelTiepoint'),
    directory.loadValue('ModelTransformation'),
    directory.loadValue('GeoKeyDirectory'),
    directory.loadValue('GeoDoubleParams'),
    directory.loadValue('GeoAsciiParams'),
  ]);
  return [
    ...numbersOf(scale).map((values) => doubleTag(33550, values)),
    ...numbersOf(tie).map((values) => doubleTag(33922, values)),
    ...numbersOf(matrix).map((values) => doubleTag(34264, values)),
    ...numbersOf(keys).map((values) => shortTag(34735, ...values)),
    ...numbersOf(doubles).map((values) => doubleTag(34736, values)),
    ...(typeof ascii === 'string' ? [asciiTag(34737, ascii.replaceAll('\0', ''))] : []),
  ];
}

/** None or one list. */
function numbersOf(value: unknown): number[][] {
  if (value === undefined || value === null) return [];
  return [Array.from(value as ArrayLike<number>)];
}

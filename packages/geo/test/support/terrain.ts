import type { RasterData } from '../../src/index.ts';

/** A hill on a slope in whole centimetres: smooth, with no two columns alike, the same on every machine. */
export function terrain(
  width: number,
  height: number,
  options: Partial<RasterData> = {},
): RasterData & { data: Float32Array } {
  const data = Float32Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [(index % width) / width, Math.floor(index / width) / height];
    return Math.round((300 * Math.exp(-8 * ((x - 0.5) ** 2 + (y - 0.4) ** 2)) + 90 * x + 20 * y) * 100) / 100;
  });
  return { width, height, bounds: [-5, 55, -4, 56], crs: 'EPSG:4326', ...options, data };
}

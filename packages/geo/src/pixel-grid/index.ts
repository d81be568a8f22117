export { pixelGridFrom, pixelGridOver } from './pixel-grid.ts';
export type { GeoreferencedPixelGrid, PixelGrid } from './pixel-grid.ts';

export { warpRaster } from './warp-raster.ts';

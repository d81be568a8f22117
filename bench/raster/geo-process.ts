/** One piece of work in a process of its own, so that its memory is its own. Prints a line of JSON. */
import { calculate, warpRaster } from '@fusion-platform/geo';

const [task, output = '', ...inputs] = process.argv.slice(2);
const started = performance.now();
switch (task) {
  case 'ndvi':
    await ndvi(output, inputs);
    break;
  case 'warp':
    await clip(output, inputs);
    break;
  case 'nothing':
    break;
  default:
    throw new Error(`There is no task ${task}`);
}
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }));

async function ndvi(path: string, [nir = '', red = '']: string[]): Promise<void> {
  await calculate({
    output: path,
    bands: [
      {
        name: 'NDVI',
        sources: [{ path: nir }, { path: red }],
        calculate: ([a, b], values, { nodata }) => {
          if (a === undefined || b === undefined) return;
          const [noA, noB] = nodata;
          for (let index = 0; index < values.length; index++) {
            const p = a[index] as number;
            const q = b[index] as number;
            values[index] = p === noA || q === noB ? Number.NaN : (p - q) / (p + q);
          }
        },
      },
    ],
    dataType: 'float32',
    nodata: -9999,
    reduction: 'average',
  });
}

/** Clips a DEM in degrees to a region and warps it to metres, as the services do. */
async function clip(path: string, [dem = '', cutline = '', native = '']: string[]): Promise<void> {
  await warpRaster(
    {
      inputs: [dem],
      output: path,
      format: 'GTiff',
      targetCrs: 'EPSG:32630',
      resolution: [30, 30],
      alignPixels: true,
      resampling: 'bilinear',
      cutline,
      cropToCutline: true,
      destinationNodata: -9999,
      creationOptions: { TILED: true, COMPRESS: 'DEFLATE' },
    },
    { native: native === 'native' ? 'always' : 'never' },
  );
}

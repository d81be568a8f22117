import ImageLayer from 'ol/layer/Image.js';
import ImageSource from 'ol/source/Image.js';

import type { Cog } from './cog.ts';
import { colourTable, paletteTable } from './colours.ts';
import type { ColourScale } from './colours.ts';
import { paint } from './paint.ts';
import type { Shown } from './paint.ts';

export interface RasterStyle extends Shown {
  readonly scale: ColourScale;
  /** The colours that the file itself gives the numbers from 0 on: they go before the scale. */
  readonly palette?: readonly string[] | undefined;
  readonly opacity: number;
}

/** A raster on the map, read by range as the map moves; the map turns it into its own projection where that is another. */
export function createRasterLayer(
  cog: Cog,
  style: RasterStyle,
  failed: (error: Error) => void,
): ImageLayer<ImageSource> {
  const { palette } = style;
  const table = palette ? paletteTable(palette) : colourTable(style.scale);
  const range = palette ? { low: 0, high: 255 } : style;
  const source = new ImageSource({
    projection: cog.projection,
    interpolate: false,
    loader: async (extent, resolution) => {
      const size = Array.isArray(resolution) ? Math.min(...(resolution as number[])) : resolution;
      try {
        const window = await cog.read(extent, size, style.bands);
        if (!window) return { image: emptyCanvas(), extent };
        const canvas = document.createElement('canvas');
        canvas.width = window.width;
        canvas.height = window.height;
        const pixels = paint(window, range, table, (value) => cog.isNoData(value));
        canvas.getContext('2d')!.putImageData(new ImageData(pixels, window.width, window.height), 0, 0);
        return { image: canvas, extent: [...window.extent] };
      } catch (error) {
        failed(error as Error);
        throw error;
      }
    },
  });
  return new ImageLayer({ source, opacity: style.opacity, zIndex: 2 });
}

function emptyCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  return canvas;
}

import { rgb } from 'd3-color';
import {
  interpolateBrBG,
  interpolateCividis,
  interpolateGreys,
  interpolateMagma,
  interpolateRdYlBu,
  interpolateViridis,
} from 'd3-scale-chromatic';

/** Ways from low to high that the colour-blind can follow; the first is used unless another is chosen. */
export const colourScales = {
  Viridis: interpolateViridis,
  Cividis: interpolateCividis,
  Magma: interpolateMagma,
  Greys: (share: number) => interpolateGreys(1 - share),
  'Brown to green': interpolateBrBG,
  'Red to blue': interpolateRdYlBu,
} as const;

export type ColourScale = keyof typeof colourScales;
export const colourScaleNames = Object.keys(colourScales) as readonly ColourScale[];

/** 256 colours from low to high: red, green and blue of each. */
export function colourTable(scale: ColourScale): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i += 1) {
    const { r, g, b } = rgb(colourScales[scale](i / 255));
    table.set([r, g, b], i * 3);
  }
  return table;
}

/** The colours that a file gives its numbers from 0 on, as a table; beyond them all is grey. */
export function paletteTable(palette: readonly string[]): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 3).fill(128);
  for (const [i, colour] of palette.slice(0, 256).entries()) {
    const { r, g, b } = rgb(colour);
    table.set([r, g, b], i * 3);
  }
  return table;
}

export const scaleColour = (scale: ColourScale, share: number): string =>
  rgb(colourScales[scale](Math.max(0, Math.min(1, share)))).formatRgb();

/** The scale from low to high, for a legend. */
export const gradientOf = (scale: ColourScale): string =>
  `linear-gradient(90deg, ${Array.from({ length: 9 }, (_, i) => scaleColour(scale, i / 8)).join(', ')})`;

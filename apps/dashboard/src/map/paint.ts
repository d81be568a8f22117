import type { RasterWindow } from './cog.ts';

export interface Shown {
  /** One band, from 0, in colours; or three as red, green and blue. */
  readonly bands: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Turns values into the bytes of a picture: red, green, blue and opacity of each pixel. No data is transparent. */
export function paint(
  window: RasterWindow,
  { low, high }: Pick<Shown, 'low' | 'high'>,
  table: Uint8ClampedArray,
  isNoData: (value: number) => boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const { bands, width, height } = window;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const range = high - low || 1;
  const byte = (value: number): number => ((value - low) / range) * 255;
  const [first] = bands;
  if (bands.length >= 3) {
    const [red, green, blue] = bands;
    for (let i = 0, at = 0; i < width * height; i += 1, at += 4) {
      const [r, g, b] = [red![i]!, green![i]!, blue![i]!];
      if (isNoData(r) && isNoData(g) && isNoData(b)) continue;
      pixels[at] = byte(r);
      pixels[at + 1] = byte(g);
      pixels[at + 2] = byte(b);
      pixels[at + 3] = 255;
    }
    return pixels;
  }
  for (let i = 0, at = 0; i < width * height; i += 1, at += 4) {
    const value = first![i]!;
    if (isNoData(value)) continue;
    const place = Math.max(0, Math.min(255, Math.round(byte(value)))) * 3;
    pixels[at] = table[place]!;
    pixels[at + 1] = table[place + 1]!;
    pixels[at + 2] = table[place + 2]!;
    pixels[at + 3] = 255;
  }
  return pixels;
}

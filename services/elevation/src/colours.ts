export type Colour = readonly [number, number, number];

export const SEA: Colour = [158, 197, 222];

/** From the lowest land to the highest. */
const RAMP: readonly Colour[] = [
  [92, 148, 96],
  [150, 185, 112],
  [222, 216, 156],
  [208, 172, 118],
  [164, 124, 94],
  [246, 243, 240],
];

/** Heights less apart than this, in metres, do not get the whole ramp: a plain is no mountain. */
const LEAST_RANGE = 40;

/** Colours between the 1st and the 99th percentile of the heights; NaN and sea are left out. */
export function colourScale(heights: Float32Array): (height: number) => Colour {
  const land = heights.filter((height) => !Number.isNaN(height) && height !== 0).sort();
  const at = (part: number): number => land[Math.floor(part * (land.length - 1))] ?? 0;
  const low = at(0.01);
  const range = Math.max(LEAST_RANGE, at(0.99) - low);
  return (height) => {
    const place = Math.min(1, Math.max(0, (height - low) / range)) * (RAMP.length - 1);
    const step = Math.min(RAMP.length - 2, Math.floor(place));
    const [from, to] = [RAMP[step] as Colour, RAMP[step + 1] as Colour];
    const mix = (channel: 0 | 1 | 2): number =>
      from[channel] + (to[channel] - from[channel]) * (place - step);
    return [mix(0), mix(1), mix(2)];
  };
}

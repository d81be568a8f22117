/**
 * Surface reflectances of what covers the ground, for the bands of `bands.ts` in their order. Rounded from memory of
 * published spectra: the shapes are right (vegetation's red edge, water's fall, snow's drop in the short-wave infrared),
 * the numbers are nobody's measurements.
 */
type Spectrum = readonly number[];

export const COVERS = ['water', 'pasture', 'forest', 'arable', 'moor', 'rock', 'urban'] as const;
export type Cover = (typeof COVERS)[number];

interface Seasons {
  readonly winter: Spectrum;
  readonly summer: Spectrum;
}

const same = (spectrum: Spectrum): Seasons => ({ winter: spectrum, summer: spectrum });

export const GROUND: Readonly<Record<Cover, Seasons>> = {
  water: same([0.038, 0.042, 0.045, 0.028, 0.024, 0.02, 0.018, 0.014, 0.012, 0.011, 0.009, 0.007]),
  pasture: {
    winter: [0.04, 0.045, 0.075, 0.07, 0.12, 0.22, 0.26, 0.28, 0.3, 0.3, 0.24, 0.14],
    summer: [0.025, 0.03, 0.075, 0.038, 0.11, 0.33, 0.42, 0.44, 0.46, 0.46, 0.21, 0.1],
  },
  forest: {
    winter: [0.022, 0.024, 0.035, 0.027, 0.055, 0.13, 0.16, 0.18, 0.19, 0.19, 0.1, 0.05],
    summer: [0.02, 0.021, 0.04, 0.021, 0.06, 0.2, 0.26, 0.28, 0.3, 0.3, 0.12, 0.05],
  },
  arable: {
    winter: [0.06, 0.07, 0.095, 0.12, 0.145, 0.17, 0.19, 0.2, 0.22, 0.23, 0.29, 0.25],
    summer: [0.045, 0.055, 0.095, 0.09, 0.15, 0.26, 0.31, 0.33, 0.35, 0.35, 0.28, 0.18],
  },
  moor: {
    winter: [0.04, 0.042, 0.06, 0.08, 0.1, 0.13, 0.15, 0.17, 0.19, 0.2, 0.25, 0.17],
    summer: [0.032, 0.036, 0.06, 0.055, 0.1, 0.19, 0.23, 0.25, 0.27, 0.27, 0.22, 0.12],
  },
  rock: same([0.075, 0.085, 0.105, 0.12, 0.135, 0.15, 0.16, 0.17, 0.18, 0.19, 0.24, 0.21]),
  urban: same([0.095, 0.105, 0.125, 0.135, 0.15, 0.17, 0.185, 0.2, 0.205, 0.21, 0.215, 0.195]),
};

export const SNOW: Spectrum = [0.82, 0.82, 0.83, 0.82, 0.81, 0.79, 0.77, 0.75, 0.72, 0.68, 0.1, 0.08];
export const CLOUD: Spectrum = [0.52, 0.55, 0.57, 0.59, 0.6, 0.61, 0.62, 0.64, 0.64, 0.48, 0.42, 0.33];

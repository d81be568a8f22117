/** What a pixel shows, by its number in the classification. */
export const CLASSES = [
  { name: 'Ground', colour: [132, 160, 96] },
  { name: 'Shadow', colour: [64, 62, 80] },
  { name: 'Thick Cloud', colour: [250, 250, 250] },
  { name: 'Thin Cloud', colour: [160, 196, 226] },
] as const;

export const [GROUND, SHADOW, THICK_CLOUD, THIN_CLOUD] = [0, 1, 2, 3] as const;
export const NODATA = 255;

/** Ten bins between them hold the classes in bins 0, 3, 6 and 9. */
export const EDGES = [0, 3] as const;

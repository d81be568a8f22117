/** Classes of the scene classification of level 2A. */
export const SCL = {
  noData: 0,
  defective: 1,
  dark: 2,
  shadow: 3,
  vegetation: 4,
  bare: 5,
  water: 6,
  unclassified: 7,
  mediumCloud: 8,
  highCloud: 9,
  thinCloud: 10,
  snow: 11,
} as const;

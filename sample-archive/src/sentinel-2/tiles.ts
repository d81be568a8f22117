/** A tile of the grid that Sentinel-2 scenes come in: 109.8 km squares of a UTM zone that overlap by 9.8 km. */
export interface Tile {
  /** Zone, latitude band and square, e.g. `30UVG`. */
  readonly name: string;
  readonly epsg: number;
  /** Metres of its north-western corner. */
  readonly west: number;
  readonly north: number;
}

/** Length of a tile's side in metres. */
export const SIDE = 109_800;

/** Metres of a pixel: fifteen or ten times those of the real scenes, so that all are made in seconds. */
export const PIXELS = { fine: 150, middle: 300, coarse: 600 } as const;

/** Around Glasgow. */
export const GLASGOW: Tile = { name: '30UVG', epsg: 32630, west: 399_960, north: 6_200_040 };
/** The two that the Lake District lies in. */
export const LAKES: readonly Tile[] = [
  { name: '30UVF', epsg: 32630, west: 399_960, north: 6_100_020 },
  { name: '30UWF', epsg: 32630, west: 499_980, north: 6_100_020 },
];

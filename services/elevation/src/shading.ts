/** Heights in metres, row by row from the north-west; NaN where there is none. */
export interface Heights {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Side of a pixel on the ground. */
  readonly metres: number;
}

/** A slope of this size, rise over run, shows well; the mean slope is brought up to it. */
const CLEAR_SLOPE = 0.25;
const MOST_EXAGGERATION = 8;
const [DARKEST, FLAT] = [0.35, 0.95];
const AZIMUTH = (315 * Math.PI) / 180;
const ALTITUDE = (45 * Math.PI) / 180;

/** How light each pixel is, from 0.35 to about 1.05, lit from the north-west; flat land is 0.95. */
export function shading(heights: Heights): Float32Array {
  const { values, width, height } = heights;
  const slopes = new Float32Array(values.length * 2);
  let [sum, count] = [0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      if (Number.isNaN(values[pixel])) continue;
      const [east, south] = slope(heights, column, row);
      slopes[pixel * 2] = east;
      slopes[pixel * 2 + 1] = south;
      sum += Math.hypot(east, south);
      count += 1;
    }
  const exaggeration = Math.min(MOST_EXAGGERATION, Math.max(1, CLEAR_SLOPE / (sum / Math.max(1, count))));
  const light = new Float32Array(values.length);
  for (let pixel = 0; pixel < values.length; pixel++)
    light[pixel] = lit(
      (slopes[pixel * 2] as number) * exaggeration,
      (slopes[pixel * 2 + 1] as number) * exaggeration,
    );
  return light;
}

/** Rise over run towards east and south, after Horn; a missing neighbour counts as level. */
function slope({ values, width, height, metres }: Heights, column: number, row: number): [number, number] {
  const here = values[row * width + column] as number;
  const at = (x: number, y: number): number => {
    const [c, r] = [column + x, row + y];
    const value = c < 0 || r < 0 || c >= width || r >= height ? here : (values[r * width + c] as number);
    return Number.isNaN(value) ? here : value;
  };
  const [nw, n, ne, w, e, sw, s, se] = [
    at(-1, -1),
    at(0, -1),
    at(1, -1),
    at(-1, 0),
    at(1, 0),
    at(-1, 1),
    at(0, 1),
    at(1, 1),
  ];
  const run = 8 * metres;
  return [(ne + 2 * e + se - nw - 2 * w - sw) / run, (sw + 2 * s + se - nw - 2 * n - ne) / run];
}

/** Lambert's cosine law, scaled so that flat land keeps its colour. */
function lit(east: number, south: number): number {
  const [toEast, toSouth] = [Math.sin(AZIMUTH), -Math.cos(AZIMUTH)];
  const level = Math.sin(ALTITUDE);
  const cosine =
    (level - Math.cos(ALTITUDE) * (east * toEast + south * toSouth)) / Math.hypot(1, east, south);
  const shade = Math.max(0, cosine);
  return shade < level
    ? DARKEST + ((FLAT - DARKEST) * shade) / level
    : FLAT + (0.1 * (shade - level)) / (1 - level);
}

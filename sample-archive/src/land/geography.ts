/**
 * The lie of the land around Glasgow and the Lake District, in rough strokes: enough that a map of the synthetic
 * terrain is recognised, and no more. Invented from memory of a map; nothing is derived from elevation data.
 */

/** Longitude, latitude, degrees. */
type Place = readonly [number, number];

/** A strip from one place to another whose half-width changes evenly; all in kilometres, as `toKilometres` gives them. */
interface Strip {
  startX: number;
  startY: number;
  alongX: number;
  alongY: number;
  startWidth: number;
  endWidth: number;
}

function strip(from: Place, to: Place, startWidth: number, endWidth = startWidth): Strip {
  const [startX, startY] = toKilometres(...from);
  const [endX, endY] = toKilometres(...to);
  return { startX, startY, alongX: endX - startX, alongY: endY - startY, startWidth, endWidth };
}

/** Open sea, firths, and the Clyde as far as it is tidal. */
export const sea: readonly Strip[] = [
  strip([-5.45, 55.2], [-5.35, 55.62], 36, 38),
  strip([-5.02, 55.7], [-4.93, 55.96], 4, 2.6),
  strip([-4.93, 55.96], [-4.68, 55.94], 2.6, 1.6),
  strip([-4.68, 55.94], [-4.45, 55.905], 1.6, 0.5),
  strip([-4.45, 55.905], [-4.3, 55.862], 0.5, 0.16),
  strip([-4.3, 55.862], [-4.22, 55.848], 0.16, 0.11),
  strip([-4.6, 54.1], [-4.3, 54.5], 62, 38),
  strip([-4.3, 54.6], [-3.75, 54.76], 18, 13),
  strip([-3.75, 54.76], [-3.35, 54.9], 13, 5),
  strip([-3.35, 54.9], [-3.05, 54.96], 5, 0.8),
  strip([-3.4, 53.9], [-2.95, 54.02], 17, 8),
  strip([-2.95, 54.02], [-2.86, 54.16], 7, 2),
  strip([-3.28, 54.14], [-3.23, 54.26], 2.6, 0.5),
];

/** Valleys: the ground falls towards them. */
export const valleys: readonly Strip[] = [
  strip([-4.7, 55.94], [-4.2, 55.85], 3, 4),
  strip([-4.2, 55.85], [-3.95, 55.72], 3, 1),
  strip([-4.55, 55.84], [-4.4, 55.86], 1, 2),
  strip([-4.6, 55.5], [-4.2, 55.55], 5, 2),
  strip([-2.94, 54.2], [-2.98, 54.44], 1.4, 0.5),
  strip([-3.09, 54.25], [-3.05, 54.39], 1, 0.4),
  strip([-3.3, 54.35], [-3.22, 54.42], 0.8, 0.3),
  strip([-3.42, 54.4], [-3.23, 54.48], 1.2, 0.3),
  strip([-3.4, 54.6], [-3.22, 54.5], 1.2, 0.3),
  strip([-3.3, 54.72], [-3.14, 54.52], 1.4, 0.4),
  strip([-2.8, 54.64], [-2.95, 54.5], 1.4, 0.4),
  strip([-2.76, 54.66], [-2.86, 54.46], 1, 0.4),
  strip([-3.07, 54.6], [-3.05, 54.46], 0.8, 0.3),
  strip([-2.95, 54.9], [-2.42, 54.48], 5, 2),
  strip([-2.8, 54.1], [-2.5, 54.28], 2, 0.8),
];

interface Lake extends Strip {
  /** Metres above the sea. */
  level: number;
}

const lake = (level: number, ...shape: Parameters<typeof strip>): Lake => ({ ...strip(...shape), level });

export const lakes: readonly Lake[] = [
  lake(39, [-2.94, 54.29], [-2.97, 54.42], 0.6, 0.5),
  lake(44, [-3.09, 54.31], [-3.06, 54.37], 0.4),
  lake(61, [-3.32, 54.425], [-3.27, 54.46], 0.35),
  lake(98, [-3.29, 54.54], [-3.23, 54.52], 0.4),
  lake(69, [-3.24, 54.67], [-3.19, 54.62], 0.6),
  lake(75, [-3.14, 54.58], [-3.14, 54.56], 0.9),
  lake(145, [-2.82, 54.61], [-2.93, 54.55], 0.5),
  lake(246, [-2.79, 54.53], [-2.83, 54.49], 0.4),
  lake(179, [-3.07, 54.56], [-3.06, 54.52], 0.3),
  lake(28, [-4.65, 55.78], [-4.62, 55.805], 0.6),
];

/** High ground: a hill's middle, its half-widths west to east and south to north in kilometres, its height in metres. */
interface Massif {
  x: number;
  y: number;
  width: number;
  depth: number;
  height: number;
}

function massif(middle: Place, width: number, depth: number, height: number): Massif {
  const [x, y] = toKilometres(...middle);
  return { x, y, width, depth, height };
}

export const massifs: readonly Massif[] = [
  massif([-4.47, 55.97], 7, 4, 330),
  massif([-4.15, 56.0], 12, 4.5, 480),
  massif([-4.73, 55.84], 9, 8, 360),
  massif([-4.33, 55.68], 14, 7, 270),
  massif([-4.0, 55.5], 14, 10, 420),
  massif([-4.42, 55.13], 18, 14, 700),
  massif([-4.05, 55.2], 16, 14, 520),
  massif([-3.9, 55.0], 12, 9, 380),
  massif([-3.25, 54.47], 11, 9, 820),
  massif([-3.0, 54.53], 7, 10, 800),
  massif([-2.86, 54.47], 9, 8, 640),
  massif([-3.13, 54.66], 7, 4.5, 800),
  massif([-3.28, 54.56], 8, 5, 700),
  massif([-3.1, 54.38], 8, 6, 640),
  massif([-2.42, 54.7], 13, 20, 720),
  massif([-2.5, 54.37], 8, 7, 600),
  massif([-2.2, 54.25], 20, 16, 560),
  massif([-2.15, 54.5], 16, 12, 480),
  massif([-2.55, 54.03], 10, 7, 400),
];

/** Kilometres east and north of 4° W 55° N. Good to about 1 % over the tiles, which is enough to shape hills. */
export function toKilometres(longitude: number, latitude: number): [number, number] {
  return [(longitude + 4) * 63.9, (latitude - 55) * 111.3];
}

/** How far a point is from a strip's edge, kilometres; negative inside. */
export function distanceToStrip(x: number, y: number, shape: Strip): number {
  const { alongX, alongY, startWidth, endWidth } = shape;
  const [fromX, fromY] = [x - shape.startX, y - shape.startY];
  const length = alongX * alongX + alongY * alongY;
  const share = Math.max(0, Math.min(1, (fromX * alongX + fromY * alongY) / length));
  const [awayX, awayY] = [fromX - share * alongX, fromY - share * alongY];
  // Math.hypot takes ten times as long, and this runs a hundred million times.
  return Math.sqrt(awayX * awayX + awayY * awayY) - (startWidth + share * (endWidth - startWidth));
}

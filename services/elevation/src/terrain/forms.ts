/** What is worked out of the gradients of the land. */
export interface TerrainForm {
  readonly name: string;
  readonly unit?: string;
  readonly fileName: string;
  readonly title: string;
  readonly description: string;
  readonly dataType: 'float32' | 'uint8';
  readonly nodata: number;
  /** Of overviews. The average of 359 and 1 degrees would be south. */
  readonly reduction: 'average' | 'mode';
  /** Of the histogram. */
  readonly edges: readonly [number, number];
  /** From rise over run towards east and north; NaN for none. */
  readonly value: (east: number, north: number) => number;
}

const DEGREES = 180 / Math.PI;
const NODATA = -9999;

export function slopeForm(unit: 'degrees' | 'percent'): TerrainForm {
  const common = { dataType: 'float32', nodata: NODATA, reduction: 'average', name: 'Slope' } as const;
  const file = { fileName: 'elevation_slope.tif', title: 'Slope' };
  return unit === 'degrees'
    ? {
        ...common,
        ...file,
        unit: 'degree',
        description: 'Steepness in degrees: 0 is level, 90 a wall',
        edges: [0, 90],
        value: (east, north) => Math.atan(Math.hypot(east, north)) * DEGREES,
      }
    : {
        ...common,
        ...file,
        unit: '%',
        description: 'Steepness in percent: 100 is 45 degrees',
        edges: [0, 100],
        value: (east, north) => 100 * Math.hypot(east, north),
      };
}

export const ASPECT: TerrainForm = {
  name: 'Aspect',
  unit: 'degree',
  fileName: 'elevation_aspect.tif',
  title: 'Aspect',
  description: 'Where the land faces, in degrees clockwise from north; level land has none',
  dataType: 'float32',
  nodata: NODATA,
  reduction: 'mode',
  edges: [0, 360],
  value: (east, north) => {
    if (east === 0 && north === 0) return Number.NaN;
    const downhill = Math.atan2(-east, -north) * DEGREES;
    const azimuth = downhill < 0 ? downhill + 360 : downhill;
    // What is just below 360 may become it as a 32 bit float.
    return Math.fround(azimuth) === 360 ? 0 : azimuth;
  },
};

export interface Light {
  /** Degrees, clockwise from north. */
  readonly azimuth: number;
  /** Degrees above the horizon. */
  readonly altitude: number;
  /** By which heights are multiplied. */
  readonly exaggeration: number;
}

/** Lambert's cosine law, from 1 to 255 as gdaldem has it; no cast shadows. */
export function hillshadeForm({ azimuth, altitude, exaggeration }: Light): TerrainForm {
  const [sine, cosine] = [Math.sin(altitude / DEGREES), Math.cos(altitude / DEGREES)];
  const toEast = cosine * Math.sin(azimuth / DEGREES) * exaggeration;
  const toNorth = cosine * Math.cos(azimuth / DEGREES) * exaggeration;
  const square = exaggeration * exaggeration;
  return {
    name: 'Hillshade',
    fileName: 'elevation_hillshade.tif',
    title: 'Hillshade',
    description: `The land lit from ${azimuth} degrees at ${altitude} degrees above the horizon: 1 is dark, 255 bright`,
    dataType: 'uint8',
    nodata: 0,
    reduction: 'average',
    edges: [0, 255],
    value: (east, north) => {
      const lit = sine - east * toEast - north * toNorth;
      const length = Math.sqrt(1 + square * (east * east + north * north));
      return Math.round(1 + 254 * Math.max(0, lit / length));
    },
  };
}

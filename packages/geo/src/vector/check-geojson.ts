import type { Feature, FeatureCollection, Geometry, MultiPolygon, Position } from 'geojson';

import type { AnalysisLimits } from '../findings/index.ts';
import { AnalysisError } from '../findings/index.ts';
import { crosses, cutLine, cutPolygon, ringArea, unwrap } from '../crs/index.ts';
import type { Crs, LongEdges } from '../crs/index.ts';
import { densified } from './densify.ts';
import { dissolve } from './dissolve/index.ts';
import { rewound } from './rewound.ts';
import { nestingFault } from './ring-nesting.ts';
import { selfIntersection } from './self-intersection.ts';

const GEOMETRIES = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
]);
const MAX_NESTING = 16;

/** What a checked file holds; positions are longitude and latitude whatever its own CRS was. */
export interface CheckedFeatures {
  readonly crs: Crs;
  /** What crosses the antimeridian is cut there. */
  readonly collection: FeatureCollection<Geometry | null>;
  /** Before anything was cut. */
  readonly counts: Counts;
  /** What was mended or left out, and how edges were understood. */
  readonly warnings: readonly string[];
}

export interface Counts {
  readonly points: number;
  readonly lines: number;
  readonly polygons: number;
}

interface Format {
  readonly fileName: string;
  /** `GeoJSON` and so on, for messages. */
  readonly format: string;
  readonly limits: Required<AnalysisLimits>;
}

/**
 * Checks that a JSON value is GeoJSON (RFC 7946, and the `crs` member of its forerunner) and turns its positions
 * into longitude and latitude. Every fault is told with the place where it is.
 */
export async function checkGeoJson(
  value: unknown,
  crs: Crs,
  { fileName, limits }: { readonly fileName: string; readonly limits: Required<AnalysisLimits> },
): Promise<CheckedFeatures> {
  const fail = failure(fileName, 'GeoJSON');
  if (!isObject(value)) return fail('its top level is not an object');
  const checker = new Checker(crs, { fileName, format: 'GeoJSON', limits });
  const features = checker.features(value);
  await checker.dissolve();
  return {
    crs,
    collection: { type: 'FeatureCollection', features },
    counts: checker.counts,
    warnings: checker.warnings(),
  };
}

/** The same for features that another format was read into, in coordinates of their own. */
export async function checkFeatures(
  collection: FeatureCollection<Geometry | null>,
  crs: Crs,
  format: Format,
): Promise<CheckedFeatures> {
  const checker = new Checker(crs, format);
  const features = checker.features({ ...collection });
  await checker.dissolve();
  return {
    crs,
    collection: { type: 'FeatureCollection', features },
    counts: checker.counts,
    warnings: checker.warnings(),
  };
}

function failure(fileName: string, format: string): (message: string) => never {
  return (message) => {
    throw new AnalysisError('invalid', `${fileName} is not valid ${format}: ${message}`);
  };
}

class Checker {
  readonly counts = { points: 0, lines: 0, polygons: 0 };
  readonly #crs: Crs;
  readonly #fileName: string;
  readonly #limits: Required<AnalysisLimits>;
  readonly #fail: (message: string) => never;
  /** Null: as drawn on the plane. */
  readonly #longEdges: LongEdges | null;
  readonly #rfc: boolean;
  /** Those of several parts, which may cover the same ground. */
  readonly #multiPolygons: MultiPolygon[] = [];
  #vertices = 0;
  #across = 0;
  #around = 0;
  #joined = 0;

  constructor(crs: Crs, { fileName, format, limits }: Format) {
    this.#crs = crs;
    this.#fileName = fileName;
    this.#limits = limits;
    this.#fail = failure(fileName, format);
    this.#rfc = format === 'GeoJSON';
    // Projected edges are short: a long one came of the conversion.
    this.#longEdges = !crs.geographic
      ? 'short'
      : format === 'ESRI Shapefile'
        ? null
        : this.#rfc
          ? 'orientation'
          : 'short';
  }

  warnings(): string[] {
    return [
      ...(this.#across > 0
        ? [
            `${this.#across === 1 ? 'a line or polygon has edges' : `${this.#across} lines or polygons have edges`} over more than 180 degrees of longitude, which were taken the short way, over the antimeridian`,
          ]
        : []),
      ...(this.#around > 0
        ? [
            `${this.#around === 1 ? 'a polygon has edges' : `${this.#around} polygons have edges`} over more than 180 degrees of longitude, which were taken the long way, as drawn, since the ring runs counter-clockwise so; cut it at the antimeridian where it is meant to cross it`,
          ]
        : []),
      ...(this.#joined > 0
        ? [
            `parts of ${this.#joined === 1 ? 'a multi-polygon' : `${this.#joined} multi-polygons`} covered the same ground, which counts once: they were dissolved`,
          ]
        : []),
    ];
  }

  features(root: JsonObject): Feature<Geometry | null>[] {
    const { type } = root;
    if (type === 'Feature') return [this.#feature(root, 'the feature')];
    if (typeof type === 'string' && GEOMETRIES.has(type))
      return [{ type: 'Feature', properties: {}, geometry: this.#geometry(root, 'the geometry', 0) }];
    if (type !== 'FeatureCollection')
      return this.#fail(`"type" is ${show(type)}, not FeatureCollection, Feature or the name of a geometry`);
    const { features } = root;
    if (!Array.isArray(features)) return this.#fail('"features" is not a list');
    if (features.length === 0)
      return this.#fail(this.#rfc ? '"features" is empty: there is nothing in it' : 'there is nothing in it');
    if (features.length > this.#limits.maxFeatures)
      throw new AnalysisError(
        'too_large',
        `${this.#fileName} has ${features.length} features; up to ${this.#limits.maxFeatures} are accepted. Split it`,
      );
    return features.map((feature: unknown, index) => this.#feature(feature, `feature ${index + 1}`));
  }

  /** Leaves no multi-polygon that covers ground twice (OGC 06-103r4, 6.1.13), as far as that can be worked out. */
  async dissolve(): Promise<void> {
    const found = await dissolve(this.#multiPolygons.map(({ coordinates }) => coordinates));
    for (const [at, { polygons: joined }] of found.entries()) {
      const geometry = this.#multiPolygons[at];
      if (geometry === undefined || joined === null) continue;
      this.#joined += 1;
      this.counts.polygons += joined.length - geometry.coordinates.length;
      geometry.coordinates = joined.map(rewound);
    }
  }

  #feature(value: unknown, where: string): Feature<Geometry | null> {
    if (!isObject(value) || value['type'] !== 'Feature')
      return this.#fail(`${where} is not an object with "type": "Feature"`);
    const { geometry = null, properties = null, id } = value;
    if (properties !== null && !isObject(properties))
      return this.#fail(`"properties" of ${where} is not an object`);
    const checked = geometry === null || isEmpty(geometry) ? null : this.#geometry(geometry, where, 0);
    return {
      type: 'Feature',
      ...(typeof id === 'string' || typeof id === 'number' ? { id } : {}),
      properties,
      geometry: checked,
    };
  }

  #geometry(value: unknown, where: string, depth: number): Geometry {
    if (!isObject(value)) return this.#fail(`"geometry" of ${where} is not an object`);
    const { type, coordinates } = value;
    switch (type) {
      case 'Point':
        this.counts.points += 1;
        return { type, coordinates: wrapped(this.#position(coordinates, where)) };
      case 'MultiPoint': {
        const points = this.#line(coordinates, where, 0).map(wrapped);
        this.counts.points += points.length;
        return { type, coordinates: points };
      }
      case 'LineString':
        return lines(this.#lines([coordinates], where), type);
      case 'MultiLineString':
        return lines(this.#lines(this.#list(coordinates, where), where), type);
      case 'Polygon':
        return polygons(this.#polygon(coordinates, where));
      case 'MultiPolygon': {
        const parts = this.#list(coordinates, where)
          .filter((polygon) => !isNothing(polygon))
          .flatMap((polygon) => this.#polygon(polygon, where));
        const geometry: MultiPolygon = { type, coordinates: parts };
        if (parts.length > 1) this.#multiPolygons.push(geometry);
        return geometry;
      }
      case 'GeometryCollection': {
        const { geometries } = value;
        if (!Array.isArray(geometries)) return this.#fail(`"geometries" of ${where} is not a list`);
        if (depth >= MAX_NESTING)
          return this.#fail(`${where} nests geometry collections more than ${MAX_NESTING} deep`);
        return {
          type,
          geometries: geometries
            .filter((member) => !isEmpty(member, depth))
            .map((member) => this.#geometry(member, where, depth + 1)),
        };
      }
      default:
        return this.#fail(`"type" of the geometry of ${where} is ${show(type)}, which is not a geometry`);
    }
  }

  #list(value: unknown, where: string): unknown[] {
    return Array.isArray(value)
      ? value
      : this.#fail(`"coordinates" of ${where} are not nested as its type wants`);
  }

  #lines(values: unknown[], where: string): Position[][] {
    this.counts.lines += values.length;
    return values.flatMap((value) => {
      const line = this.#line(value, where, 2);
      if (this.#longEdges === null) return [line];
      const pieces = cutLine(line.map(wrapped));
      if (pieces.length > 1 && this.#crs.geographic && !line.some(isBeyond)) this.#across += 1;
      return pieces;
    });
  }

  #polygon(value: unknown, where: string): Position[][][] {
    const rings = this.#list(value, where);
    if (rings.length === 0) return this.#fail(`${where} has a polygon without a ring`);
    this.counts.polygons += 1;
    const polygon = rings.map((ring) => {
      const line = this.#line(ring, where, 4);
      const [first, last] = [line[0], line.at(-1)];
      if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
        return this.#fail(
          `${where} has a ring that is not closed: it begins at ${spot(first)} and ends at ${spot(last)}. Repeat its first position at its end`,
        );
      return line;
    });
    const across = this.#longEdges !== null && crosses(polygon, this.#longEdges);
    const beyond = polygon.some((ring) => ring.some(isBeyond));
    if (across && this.#crs.geographic && !beyond) this.#across += 1;
    if (this.#longEdges === 'orientation' && !across && crosses(polygon, 'short')) this.#around += 1;
    const cut = across || beyond;
    // In the file's own coordinates: a conversion rounds, and could make rings cross that only touch.
    const plane = cut && this.#crs.geographic ? polygon.map(unwrap) : (rings as Position[][]);
    const crossing = selfIntersection(plane);
    if (crossing !== null) {
      const [x = 0, y = 0] = crossing;
      const place = this.#crs.toLonLat(x, y).map((part) => Number(part.toFixed(6)));
      return this.#fail(
        `the polygon of ${where} crosses or touches itself near longitude ${place[0]}, latitude ${place[1]}. Mend it there, e.g. with "Fix geometries" in QGIS`,
      );
    }
    const nesting = nestingFault(plane);
    if (nesting !== null) {
      const [x = 0, y = 0] = nesting.at;
      const place = this.#crs.toLonLat(x, y).map((part) => Number(part.toFixed(6)));
      return this.#fail(
        `the polygon of ${where} has a hole that lies ${nesting.kind === 'hole_outside' ? 'outside of its outer ring' : 'in another hole'} near longitude ${place[0]}, latitude ${place[1]}. Make an island a polygon of its own, e.g. with "Fix geometries" in QGIS`,
      );
    }
    const pieces = cut ? cutPolygon(polygon) : [polygon];
    if (pieces.length === 0 || pieces.some((piece) => piece.some((ring) => ringArea(ring) === 0)))
      return this.#fail(`${where} has a ring without an area`);
    return this.#rfc && !cut ? pieces : pieces.map(rewound);
  }

  #line(value: unknown, where: string, least: number): Position[] {
    const line = this.#list(value, where);
    if (line.length < least)
      return this.#fail(
        `${where} has a ${least === 4 ? 'ring' : 'line'} of ${line.length} positions; it takes at least ${least}`,
      );
    if (least === 0 || this.#crs.geographic) return line.map((position) => this.#position(position, where));
    for (const position of line) this.#position(position, where);
    return densified(line as Position[], this.#crs, (x, y) => this.#position([x, y], where));
  }

  #position(value: unknown, where: string): Position {
    this.#vertices += 1;
    if (this.#vertices > this.#limits.maxVertices)
      throw new AnalysisError(
        'too_large',
        `${this.#fileName} has more than ${this.#limits.maxVertices} positions. Simplify it or split it`,
      );
    if (!Array.isArray(value) || value.length < 2)
      return this.#fail(`${where} has ${show(value)} where a position, two numbers, belongs`);
    const [x, y] = value as unknown[];
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y))
      return this.#fail(`${where} has ${show(value)} where a position, two numbers, belongs`);
    const [lon, lat] = this.#crs.toLonLat(x, y);
    // Around the Pacific longitudes often go on beyond 180, and rounding may carry a conversion a hair beyond it.
    const farthest = this.#crs.geographic ? 360 : 180;
    if (!(Math.abs(lon) <= farthest + 1e-9 && Math.abs(lat) <= 90 + 1e-9))
      return this.#fail(
        `${where} has the position ${spot([x, y])}, which is not on Earth in ${this.#crs.name}${this.#crs.code === 4326 ? `: longitudes go from -180 to 180 (to 360 beyond the antimeridian), latitudes from -90 to 90. Projected coordinates need ${this.#rfc ? 'a "crs" member' : 'a .prj file beside them'}, or a conversion to EPSG:4326` : ''}`,
      );
    return [lon, lat];
  }
}

/** A geometry without a position, as others write `POLYGON EMPTY`. */
function isEmpty(value: unknown, depth = 0): boolean {
  if (!isObject(value) || depth > MAX_NESTING) return false;
  const { geometries, coordinates } = value;
  return Array.isArray(geometries)
    ? geometries.every((member) => isEmpty(member, depth + 1))
    : isNothing(coordinates);
}

function isNothing(coordinates: unknown): boolean {
  return Array.isArray(coordinates) && coordinates.every(isNothing);
}

/** A position that is said to lie beyond the antimeridian: not the edge itself, however it was rounded. */
function isBeyond([lon = 0]: Position): boolean {
  return Math.abs(lon) > 180 + 1e-9;
}

function wrapped(position: Position): Position {
  const [lon = 0, lat = 0] = position;
  return isBeyond(position) ? [lon - 360 * Math.sign(lon), lat] : position;
}

function lines(parts: Position[][], type: 'LineString' | 'MultiLineString'): Geometry {
  const [only] = parts;
  return type === 'LineString' && only !== undefined && parts.length === 1
    ? { type, coordinates: only }
    : { type: 'MultiLineString', coordinates: parts };
}

function polygons(parts: Position[][][]): Geometry {
  const [only] = parts;
  return only !== undefined && parts.length === 1
    ? { type: 'Polygon', coordinates: only }
    : { type: 'MultiPolygon', coordinates: parts };
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  // JSON has no word for what is no number.
  const plain = (_: string, part: unknown): unknown =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  const text = JSON.stringify(value, plain)?.replaceAll(/"(NaN|-?Infinity)"/g, '$1') ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function spot(position: Position | undefined): string {
  return position === undefined ? 'nowhere' : position.map((part) => Number(part.toPrecision(10))).join(', ');
}

/** What well-known text of 2019 says of a system at its head and at its end. */
export interface Described {
  /** The keyword that it begins with, `PROJCRS` for one. */
  readonly keyword: string;
  readonly name: string;
  /** Its EPSG code; null where it has none. */
  readonly code: number | null;
  /** The EPSG code of the geographic system under it, or of itself. */
  readonly base: number | null;
  /** It says by what parameters it is tied to WGS 84. */
  readonly bound: boolean;
  readonly geographic: boolean;
  /** Degrees in a unit of its angles. */
  readonly degrees: number;
}

export function describeWkt(wkt: string): Described {
  const bound = wkt.startsWith('BOUNDCRS');
  const text = bound ? (/SOURCECRS\[\s*(.*)/s.exec(wkt)?.[1] ?? '') : wkt;
  const whole = bound ? balanced(text) : text;
  const inner = /^COMPOUNDCRS\["(?:[^"]|"")*",\s*(.*)/s.exec(whole)?.[1];
  const ground = inner === undefined ? whole : balanced(inner);
  const nested = ground.startsWith('BOUNDCRS');
  if (nested) return { ...describeWkt(ground), ...(inner === undefined ? {} : { code: idOf(whole) }) };
  const keyword = /^\w+/.exec(ground)?.[0] ?? '';
  const cartesian = /CS\[Cartesian/i.test(ground);
  const geographic = keyword === 'GEOGCRS' || (keyword === 'GEODCRS' && !cartesian);
  const base = /BASEGEOGCRS\[.*?(?=CONVERSION\[)/s.exec(ground)?.[0];
  const under = geographic ? ground : base;
  const radians = /ANGLEUNIT\["[^"]*",([\d.eE+-]+)/g;
  const unit = [...(geographic ? ground : '').matchAll(radians)].at(-1)?.[1];
  return {
    keyword,
    name: /"((?:[^"]|"")*)"/.exec(whole)?.[1]?.replaceAll('""', '"') ?? '',
    code: idOf(whole),
    base: under === undefined ? null : (idOf(under) ?? idOfDatum(under)),
    bound,
    geographic,
    degrees: unit === undefined ? 1 : (Number(unit) * 180) / Math.PI,
  };
}

/** The identifier that ends a piece of text. */
function idOf(text: string): number | null {
  const code = /ID\["EPSG",(\d+)\]\s*\],?\s*$/.exec(text)?.[1];
  return code === undefined ? null : Number(code);
}

/**
 * The code of WGS 84 for its datum, where the system itself is given without a code: names of ESRI, a system with heights.
 * Of another datum it does not follow that PROJ takes the way to WGS 84 that is known of it.
 */
const idOfDatum = (text: string): number | null =>
  /\b(?:DATUM|ENSEMBLE)\["World Geodetic System 1984(?: ensemble)?"/.test(text) ? 4326 : null;

/** Text up to the bracket that closes the first one. */
function balanced(text: string): string {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') quoted = !quoted;
    if (quoted) continue;
    if (letter === '[') depth += 1;
    if (letter === ']' && (depth -= 1) === 0) return text.slice(0, at + 1);
  }
  return text;
}

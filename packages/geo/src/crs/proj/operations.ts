import { gdalInProcess, stringList, pointerList } from '../../gdal/index.ts';
import type { InProcessGdal } from '../../gdal/index.ts';

/** Metres by the names of operations between systems, from PROJ's database; and those that lead from one system to another. */
export interface Accuracies {
  readonly byName: ReadonlyMap<string, number>;
  /** By the codes of both systems, `EPSG:4275`, either way; the best of those that PROJ takes without grids. */
  readonly between: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

let read: Promise<Accuracies> | undefined;

export function accuracies(): Promise<Accuracies> {
  read ??= gdalInProcess().then(query);
  return read;
}

const TABLES = [
  'helmert_transformation_table',
  'other_transformation',
  'concatenated_operation',
  'grid_transformation',
];
/** PROJ takes none of those where there are others, and of ESRI's none beside those of EPSG. */
const LEFT_OUT = `(deprecated = 1 OR auth_name = 'ESRI' OR EXISTS (SELECT 1 FROM supersession s WHERE s.superseded_auth_name = t.auth_name AND s.superseded_code = t.code))`;
const GRID = 2;
const DATABASE = '/usr/share/proj/proj.db';
const OPEN_VECTOR = 4;

function query({ module }: InProcessGdal): Accuracies {
  const columns = `name, accuracy, source_crs_auth_name || ':' || source_crs_code AS source, target_crs_auth_name || ':' || target_crs_code AS target`;
  const sql = TABLES.map(
    (table) =>
      `SELECT ${columns}, ${table === 'grid_transformation' ? GRID : LEFT_OUT} AS rare FROM ${table} t WHERE accuracy IS NOT NULL`,
  ).join(' UNION ALL ');
  const database = module.ccall(
    'GDALOpenEx',
    'number',
    ['string', 'number', 'number', 'number', 'number'],
    [DATABASE, OPEN_VECTOR, stringList(module, ['SQLite']), 0, 0],
  );
  const options = module.ccall(
    'GDALVectorTranslateOptionsNew',
    'number',
    ['number', 'number'],
    [stringList(module, ['-f', 'GeoJSONSeq', '-sql', sql]), 0],
  );
  const output = '/accuracies.json';
  const made = module.ccall(
    'GDALVectorTranslate',
    'number',
    ['string', 'number', 'number', 'number', 'number', 'number'],
    [output, 0, 1, pointerList(module, [database]), options, 0],
  );
  for (const dataset of [made, database]) module.ccall('GDALClose', null, ['number'], [dataset]);
  const text = Buffer.from(module.FS.readFile(output)).toString('utf8');
  module.FS.unlink(output);
  return indexed(text.split('\n').filter(Boolean).map(rowOf));
}

interface Row {
  readonly name: string;
  readonly accuracy: number;
  readonly source: string;
  readonly target: string;
  readonly rare: number;
}

const rowOf = (line: string): Row => (JSON.parse(line) as { properties: Row }).properties;

function indexed(rows: Row[]): Accuracies {
  const byName = new Map<string, number>();
  const between = new Map<string, Map<string, number>>();
  // What PROJ rarely takes counts where there is nothing else.
  rows.sort((one, other) => one.rare - other.rare);
  const usual = new Map<string, number>();
  for (const { name, accuracy, source, target, rare } of rows) {
    byName.set(name, Math.max(accuracy, byName.get(name) ?? 0));
    if (rare === GRID) continue;
    for (const [from, to] of [
      [source, target],
      [target, source],
    ] as const) {
      const key = `${from} ${to}`;
      if ((usual.get(key) ?? rare) < rare) continue;
      usual.set(key, rare);
      const others = between.get(from) ?? new Map<string, number>();
      others.set(to, Math.min(accuracy, others.get(to) ?? Infinity));
      between.set(from, others);
    }
  }
  return { byName, between };
}

/**
 * Metres within which an operation of this name places a position: the sum of its steps, of which projections are
 * exact. Null for a ballpark one, of which PROJ does not say.
 */
export function accuracyOf(operation: string, { byName }: Accuracies): number | null {
  if (/\bballpark\b/i.test(operation)) return null;
  return operation
    .split(' + ')
    .map((step) => byName.get(step.replace(/^Inverse of /, '')) ?? 0)
    .reduce((sum, metres) => sum + metres, 0);
}

import type { Feature, Geometry } from 'geojson';

import { gdalInProcess, pointerList, stringList } from '../../gdal/index.ts';
import type { InProcessGdal } from '../../gdal/index.ts';
import type { Rings } from './clusters.ts';

const FOLDER = '/dissolve';
const [INPUT, OUTPUT] = [`${FOLDER}/clusters.geojsonl`, `${FOLDER}/united.geojsonl`];
const OPEN_VECTOR = 4;
const SQL = 'SELECT number, ST_UnaryUnion(geometry) AS geometry FROM clusters';

/** The unions of clusters of polygons, by GEOS; null for one that it cannot make. */
export async function unite(clusters: readonly (readonly Rings[])[]): Promise<(Rings[] | null)[]> {
  if (clusters.length === 0) return [];
  const { module, said } = await gdalInProcess();
  said.length = 0;
  const text = clusters.map((coordinates, number) =>
    JSON.stringify({
      type: 'Feature',
      properties: { number },
      geometry: { type: 'MultiPolygon', coordinates },
    }),
  );
  module.FS.mkdirTree(FOLDER);
  module.FS.writeFile(INPUT, Buffer.from(`${text.join('\n')}\n`));
  try {
    const united = new Map<number, Rings[]>();
    if (translate(module)) {
      for (const line of Buffer.from(module.FS.readFile(OUTPUT)).toString().split('\n')) {
        if (line.trim() === '') continue;
        const { properties, geometry } = JSON.parse(line) as Feature<Geometry | null>;
        const polygons = polygonsOf(geometry);
        if (polygons.length > 0) united.set(Number(properties?.['number']), polygons);
      }
    }
    return clusters.map((_, number) => united.get(number) ?? null);
  } finally {
    for (const name of module.FS.readdir(FOLDER))
      if (!name.startsWith('.')) module.FS.unlink(`${FOLDER}/${name}`);
  }
}

function translate(module: InProcessGdal['module']): boolean {
  const dataset = module.ccall(
    'GDALOpenEx',
    'number',
    ['string', 'number', 'number', 'number', 'number'],
    // By its name, as a single feature is taken for GeoJSON of the usual kind.
    [`GeoJSONSeq:${INPUT}`, OPEN_VECTOR, stringList(module, ['GeoJSONSeq']), 0, 0],
  );
  if (dataset === 0) return false;
  try {
    // Seventeen places are all the digits that a number of degrees has.
    const words = ['-f', 'GeoJSONSeq', '-lco', 'COORDINATE_PRECISION=17', '-dialect', 'SQLite', '-sql', SQL];
    const options = module.ccall(
      'GDALVectorTranslateOptionsNew',
      'number',
      ['number', 'number'],
      [stringList(module, words), 0],
    );
    const result = module.ccall(
      'GDALVectorTranslate',
      'number',
      ['string', 'number', 'number', 'number', 'number', 'number'],
      [OUTPUT, 0, 1, pointerList(module, [dataset]), options, 0],
    );
    if (result === 0) return false;
    module.ccall('GDALClose', null, ['number'], [result]);
    return true;
  } finally {
    module.ccall('GDALClose', null, ['number'], [dataset]);
  }
}

function polygonsOf(geometry: Geometry | null): Rings[] {
  switch (geometry?.type) {
    case 'Polygon':
      return [geometry.coordinates];
    case 'MultiPolygon':
      return geometry.coordinates;
    case 'GeometryCollection':
      return geometry.geometries.flatMap(polygonsOf);
    default:
      return [];
  }
}

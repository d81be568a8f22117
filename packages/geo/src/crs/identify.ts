import { gdalInProcess, stringList } from '../gdal/index.ts';

const FOLDER = '/prj';
const OPEN_VECTOR = 4;

/**
 * What GDAL makes of a .prj file beside a Shapefile: ESRI writes names of its own and no codes, so GDAL looks for the
 * system of EPSG that is the same. Gives its code or, where there is none, well-known text; null for what is neither.
 */
export async function definitionInPrj(prj: string): Promise<string | null> {
  const { module } = await gdalInProcess();
  const paths = ['shp', 'shx', 'prj'].map((ending) => `${FOLDER}/x.${ending}`);
  module.FS.mkdirTree(FOLDER);
  for (const path of paths)
    module.FS.writeFile(path, path.endsWith('prj') ? Buffer.from(prj.trim(), 'utf8') : noShapes());
  let dataset = 0;
  try {
    dataset = module.ccall(
      'GDALOpenEx',
      'number',
      ['string', 'number', 'number', 'number', 'number'],
      [paths[0] ?? '', OPEN_VECTOR, stringList(module, ['ESRI Shapefile']), 0, 0],
    );
    if (dataset === 0) return null;
    const options = module.ccall(
      'GDALVectorInfoOptionsNew',
      'number',
      ['number', 'number'],
      [stringList(module, ['-json', '-so', 'x']), 0],
    );
    const text = module.ccall('GDALVectorInfo', 'string', ['number', 'number'], [dataset, options]);
    return definitionIn(JSON.parse(text) as Info);
  } finally {
    if (dataset !== 0) module.ccall('GDALClose', null, ['number'], [dataset]);
    for (const path of paths) module.FS.unlink(path);
  }
}

interface Info {
  readonly layers?: readonly {
    readonly geometryFields?: readonly {
      readonly coordinateSystem?: {
        readonly wkt?: string;
        readonly projjson?: { readonly id?: { readonly authority: string; readonly code: number | string } };
      };
    }[];
  }[];
}

function definitionIn({ layers }: Info): string | null {
  const found = layers?.[0]?.geometryFields?.[0]?.coordinateSystem;
  const id = found?.projjson?.id;
  return id === undefined ? (found?.wkt ?? null) : `${id.authority}:${id.code}`;
}

/** The 100 bytes that a Shapefile and its index begin with, and nothing after them. */
function noShapes(): Buffer {
  const header = Buffer.alloc(100);
  header.writeInt32BE(9994, 0);
  header.writeInt32BE(50, 24);
  header.writeInt32LE(1000, 28);
  header.writeInt32LE(1, 32);
  return header;
}

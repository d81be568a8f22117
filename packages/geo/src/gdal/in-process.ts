import { createRequire } from 'node:module';

import { environment } from './environment.ts';
import { loadGdal } from './wasm-module.ts';
import type { GdalModule } from './wasm-module.ts';

/** GDAL in this process, for questions whose answers are needed at once. */
export interface InProcessGdal {
  readonly module: GdalModule;
  /** What GDAL and PROJ said since it was emptied: errors after the word ERROR, and which operation PROJ chose. */
  readonly said: string[];
}

let loaded: Promise<InProcessGdal> | undefined;

/**
 * GDAL in WebAssembly, loaded once a process: about 0.5 s and 60 MB. It sees no file of this machine, only those that
 * are written into its own memory.
 */
export function gdalInProcess(): Promise<InProcessGdal> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<InProcessGdal> {
  const packageFile = createRequire(import.meta.url).resolve('gdal3.js/package.json');
  const settings = {
    ...environment,
    OSR_WKT_FORMAT: 'WKT2_2019',
    // PROJ tells which operation it uses in its log alone.
    CPL_DEBUG: 'PROJ',
    PROJ_DEBUG: '2',
    // The index of a Shapefile is made again where it is missing.
    SHAPE_RESTORE_SHX: 'YES',
  };
  const said: string[] = [];
  const module = await loadGdal(new URL('.', `file://${packageFile}`).pathname, settings, () => undefined);
  const listener = module.addFunction((level = 0, _code, message = 0) => {
    if (said.length < LONGEST_TALK)
      said.push(`${level < FAILURE ? '' : 'ERROR '}${module.UTF8ToString(message)}`);
    return undefined;
  }, 'viii');
  module.ccall('CPLSetErrorHandler', 'number', ['number'], [listener]);
  return { module, said };
}

const FAILURE = 3;
/** Of a hundred grids that are not there PROJ says so twice each. */
const LONGEST_TALK = 2000;

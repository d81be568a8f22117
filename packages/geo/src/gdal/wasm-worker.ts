import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import type { GdalCommand } from './command.ts';
import { environment } from './environment.ts';
import type { WasmJob, WasmMessage } from './wasm-job.ts';
import { loadGdal, pointerList, stringList } from './wasm-module.ts';
import type { GdalModule } from './wasm-module.ts';

// Folders of the system that GDAL's own virtual file system has too.
const OWN_FOLDERS = new Set(['bin', 'dev', 'lib', 'lib64', 'proc', 'sbin', 'sys', 'usr']);
const OPEN_RASTER = 2;
const VERBOSE = 0x40;

const { command, cwd, library } = workerData as WasmJob;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const say = (message: WasmMessage): void => parentPort?.postMessage(message);

const gdal = await loadGdal(library, environment, (line) => say({ kind: 'error', line }));
mountHost(gdal);
gdal.FS.chdir(cwd);
say({ kind: 'end', success: run(gdal, command) });

/**
 * The machine's folders appear under their own names, so a path means the same here as outside: a VRT written
 * here can be read there. NODEFS follows links wrongly, hence the real paths.
 */
function mountHost(module: GdalModule): void {
  for (const entry of readdirSync('/', { withFileTypes: true })) {
    if (!entry.isDirectory() || OWN_FOLDERS.has(entry.name)) continue;
    module.FS.mkdirTree(`/${entry.name}`);
    module.FS.mount(module.NODEFS, { root: `/${entry.name}` }, `/${entry.name}`);
  }
  for (const path of [cwd, ...[...command.inputs, command.output].map((file) => dirname(real(file)))]) {
    if (!path.startsWith('/usr/')) continue;
    module.FS.mkdirTree(path);
    module.FS.mount(module.NODEFS, { root: path }, path);
  }
}

function real(path: string): string {
  const full = resolve(cwd, path);
  try {
    return realpathSync(full);
  } catch {
    // The output is not there yet; a missing input is for GDAL to name.
    try {
      return join(realpathSync(dirname(full)), basename(full));
    } catch {
      return full;
    }
  }
}

function run(module: GdalModule, { program, args, inputs, output, inputFormat }: GdalCommand): boolean {
  const drivers = inputFormat === undefined ? 0 : stringList(module, [inputFormat]);
  const datasets = inputs.map((input) => open(module, real(input), drivers));
  if (datasets.includes(0)) return false;
  const options = stringList(
    module,
    args.map((value, index) => (args[index - 1] === '-cutline' ? real(value) : value)),
  );
  const list = pointerList(module, datasets);
  const names = {
    gdalwarp: 'GDALWarpAppOptionsNew',
    gdal_translate: 'GDALTranslateOptionsNew',
    gdalbuildvrt: 'GDALBuildVRTOptionsNew',
  };
  const parsed = module.ccall(names[program], 'number', ['number', 'number'], [options, 0]);
  if (parsed === 0) return false;
  const result = apply(module, program, real(output), datasets, list, parsed);
  if (result === 0) return false;
  // Errors of the last writes come with the closing. From 3 on it is a failure; 1 and 2 are talk and warnings.
  module.ccall('GDALClose', null, ['number'], [result]);
  for (const dataset of datasets) module.ccall('GDALClose', null, ['number'], [dataset]);
  return module.ccall('CPLGetLastErrorType', 'number', [], []) < 3;
}

function open(module: GdalModule, path: string, drivers: number): number {
  return module.ccall(
    'GDALOpenEx',
    'number',
    ['string', 'number', 'number', 'number', 'number'],
    [path, OPEN_RASTER | VERBOSE, drivers, 0, 0],
  );
}

function apply(
  module: GdalModule,
  program: GdalCommand['program'],
  output: string,
  datasets: readonly number[],
  list: number,
  options: number,
): number {
  const count = datasets.length;
  module.ccall('CPLErrorReset', null, [], []);
  switch (program) {
    case 'gdalwarp': {
      let percent = 0;
      const report = module.addFunction((fraction = 0) => {
        // GDAL reports every line of pixels: hundreds of messages a second.
        if (fraction * 100 >= percent + 1) {
          percent = Math.floor(fraction * 100);
          say({ kind: 'progress', fraction });
        }
        return 1;
      }, 'idii');
      module.ccall(
        'GDALWarpAppOptionsSetProgress',
        null,
        ['number', 'number', 'number'],
        [options, report, 0],
      );
      return module.ccall(
        'GDALWarp',
        'number',
        ['string', 'number', 'number', 'number', 'number', 'number'],
        [output, 0, count, list, options, 0],
      );
    }
    case 'gdal_translate':
      return module.ccall(
        'GDALTranslate',
        'number',
        ['string', 'number', 'number', 'number'],
        [output, datasets[0] ?? 0, options, 0],
      );
    case 'gdalbuildvrt':
      return module.ccall(
        'GDALBuildVRT',
        'number',
        ['string', 'number', 'number', 'number', 'number', 'number'],
        [output, count, list, 0, options, 0],
      );
  }
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The part of Emscripten's module that is used here. Pointers are numbers, 0 is none. */
export interface GdalModule {
  FS: {
    mkdirTree(path: string): void;
    mount(type: unknown, options: { root: string }, path: string): void;
    chdir(path: string): void;
    readFile(path: string): Uint8Array;
    writeFile(path: string, bytes: Uint8Array): void;
    readdir(path: string): string[];
    unlink(path: string): void;
    stat(path: string): { readonly size: number };
  };
  NODEFS: unknown;
  HEAPU32: Uint32Array;
  HEAPF64: Float64Array;
  ccall(
    name: string,
    returns: 'number' | 'string' | null,
    types: readonly ('number' | 'string')[],
    values: readonly (number | string | null)[],
  ): number & string;
  addFunction(body: (...values: number[]) => number | undefined, signature: string): number;
  UTF8ToString(pointer: number): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, length: number): void;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _OCTTransform(transformation: number, count: number, x: number, y: number, z: number): number;
}

type Factory = (settings: object) => Promise<GdalModule>;

/**
 * Starts GDAL. The package's own entry point opens one dataset of one folder at a time and renames the outputs;
 * the compiled module under it has all of GDAL's own calls, so that is what is loaded.
 */
export async function loadGdal(
  library: string,
  environment: Readonly<Record<string, string>>,
  onError: (line: string) => void,
): Promise<GdalModule> {
  const factory = createRequire(library)(`${library}build/package/gdal3WebAssembly.js`) as Factory;
  const module = await factory({
    print: () => undefined,
    printErr: onError,
    locateFile: (name: string) => `${library}dist/package/${name}`,
    getPreloadedPackage: (path: string) => {
      const bytes = readFileSync(path);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
    preRun: [
      ({ ENV }: { ENV: Record<string, string> }) => {
        Object.assign(ENV, { PROJ_LIB: '/usr/share/proj', GDAL_DATA: '/usr/share/gdal', ...environment });
      },
    ],
  });
  module.ccall('GDALAllRegister', null, [], []);
  return module;
}

/** A null-terminated array of C strings. Never freed: the module lives for one command. */
export function stringList(module: GdalModule, texts: readonly string[]): number {
  const pointers = texts.map((text) => {
    const size = module.lengthBytesUTF8(text) + 1;
    const pointer = module._malloc(size);
    module.stringToUTF8(text, pointer, size);
    return pointer;
  });
  return pointerList(module, [...pointers, 0]);
}

export function pointerList(module: GdalModule, pointers: readonly number[]): number {
  const list = module._malloc(pointers.length * 4);
  module.HEAPU32.set(pointers, list / 4);
  return list;
}

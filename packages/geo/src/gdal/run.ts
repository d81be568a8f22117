import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { GdalCommand } from './command.ts';
import { GdalError } from './gdal-error.ts';
import { nativeVersion, runNative } from './native.ts';
import type { Runner } from './runner.ts';
import { runWasm, wasmVersion } from './wasm.ts';

export interface RunGdalOptions {
  readonly signal?: AbortSignal;
  /** Called with a fraction from 0 to 1, in steps of a hundredth at least; never falling. */
  readonly onProgress?: (fraction: number) => void;
  /** What relative paths are relative to; the process's own working directory by default. */
  readonly cwd?: string;
  /** `auto` takes native tools where they are on the PATH, and WebAssembly where not. */
  readonly native?: 'auto' | 'never' | 'always';
}

/** Does the work of a command in another way than GDAL in WebAssembly; gives false when it cannot. */
export type Substitute = (options: Pick<Parameters<Runner>[1], 'signal' | 'onProgress'>) => Promise<boolean>;

/**
 * Runs a GDAL command to its end. When it fails or is aborted, its output is removed.
 * @throws {GdalError} with GDAL's own words in `stderr`; the signal's reason when aborted.
 */
export async function runGdal(
  command: GdalCommand,
  options: RunGdalOptions = {},
  substitute?: Substitute,
): Promise<void> {
  const { signal, native = 'auto', cwd = process.cwd() } = options;
  signal?.throwIfAborted();
  const otherwise: Runner = async (...work) => {
    if ((await substitute?.(work[1])) !== true) await runWasm(...work);
  };
  const run = { never: otherwise, always: runNative, auto: nativeOr(otherwise) }[native];
  try {
    await run(command, { cwd, signal, onProgress: rising(options.onProgress) });
  } catch (error) {
    await rm(resolve(cwd, command.output), { force: true });
    signal?.throwIfAborted();
    throw error;
  }
  options.onProgress?.(1);
}

/** Asking for the tools beforehand took 60 ms a command: they are run, and asked for once they fail. */
function nativeOr(otherwise: Runner): Runner {
  return async (command, options) => {
    try {
      await runNative(command, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      const broken = error instanceof GdalError && (await nativeVersion()) === null;
      if (!broken) throw error;
      await otherwise(command, options);
    }
  };
}

/** Which GDAL `runGdal` uses by default. */
export async function gdalRuntime(): Promise<{ kind: 'native' | 'wasm'; version: string }> {
  const version = await nativeVersion();
  return version === null ? { kind: 'wasm', version: wasmVersion } : { kind: 'native', version };
}

function rising(listener: ((fraction: number) => void) | undefined): (fraction: number) => void {
  let percent = 0;
  return (fraction) => {
    const next = Math.floor(fraction * 100);
    if (listener === undefined || next <= percent || next >= 100) return;
    percent = next;
    listener(next / 100);
  };
}

import type { GdalCommand } from './command.ts';

/** What a worker is given. */
export interface WasmJob {
  readonly command: GdalCommand;
  /** An absolute path without symbolic links. */
  readonly cwd: string;
  /** Folder of the gdal3.js package, with a slash at its end. */
  readonly library: string;
}

/** What a worker says. */
export type WasmMessage =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'error'; readonly line: string }
  | { readonly kind: 'end'; readonly success: boolean };

import type { BuildOptions } from 'esbuild';

export declare const packageFolder: string;
export declare const browserBundle: BuildOptions & { readonly metafile: true };
export declare const serverBundle: BuildOptions & { readonly metafile: true };
export declare function buildPackage(folder?: string): Promise<void>;

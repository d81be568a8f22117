import type { GdalCommand } from './command.ts';

/** What a runner needs; both runners keep the same promises. */
export interface Runner {
  (
    command: GdalCommand,
    options: { cwd: string; signal: AbortSignal | undefined; onProgress: (fraction: number) => void },
  ): Promise<void>;
}

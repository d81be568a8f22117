import { commandLine } from './command.ts';
import type { GdalCommand } from './command.ts';

/**
 * Why a GDAL command gave no output.
 * `failed`: GDAL refused the work, see `stderr`. `crashed`: GDAL died of it.
 * `native_absent`: native tools were asked for and there are none.
 */
export type GdalErrorCode = 'failed' | 'crashed' | 'native_absent';

export class GdalError extends Error {
  override readonly name = 'GdalError';
  readonly code: GdalErrorCode;
  readonly command: GdalCommand;
  readonly stderr: string;

  constructor(code: GdalErrorCode, command: GdalCommand, stderr: string, options?: ErrorOptions) {
    const line = [command.program, ...commandLine(command)].join(' ');
    super(`${firstError(stderr) || explanations[code]} (in: ${line})`, options);
    this.code = code;
    this.command = command;
    this.stderr = stderr;
  }
}

const explanations: Record<GdalErrorCode, string> = {
  failed: 'GDAL failed without saying why',
  crashed: 'GDAL stopped unexpectedly',
  native_absent: 'the GDAL tools are not on the PATH',
};

function firstError(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('ERROR')) ?? lines.find((line) => line !== '') ?? '';
}

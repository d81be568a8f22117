import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { oneLine } from '../../output/index.ts';
import type { Output } from '../../output/index.ts';

const largestBytes = 16_000_000;
/** Levels of pino. */
const warnLevel = 40;

/**
 * Writes what a platform logs to `platform.log` of its data folder, from the moment it is opened, and shows warnings. A log
 * that has grown large is kept as `platform.log.1`.
 */
export function keepLog(
  lines: Readable,
  folder: string,
  out: Output,
): { readonly path: string; open(): Promise<void>; close(): Promise<void> } {
  const path = join(folder, 'platform.log');
  // Until it is known that this platform has the folder, another one's log may be there.
  const early: string[] = [];
  let file: WriteStream | undefined;
  const reader = createInterface({ input: lines });
  reader.on('line', (line) => {
    if (file) file.write(`${line}\n`);
    else early.push(`${line}\n`);
    const warning = warningIn(line);
    if (warning !== undefined) out.warn(warning);
  });
  return {
    path,
    open: async () => {
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > largestBytes) await rename(path, `${path}.1`);
      const opened = createWriteStream(path, { flags: 'a', mode: 0o600 });
      await once(opened, 'open');
      opened.on('error', (error) => out.warn(`The log cannot be written: ${error.message}`));
      opened.write(early.splice(0).join(''));
      file = opened;
    },
    close: async () => {
      reader.close();
      if (!file) return;
      const closed = once(file, 'close');
      file.end();
      await closed;
    },
  };
}

interface Logged {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}

function warningIn(line: string): string | undefined {
  try {
    const { level = 0, msg = '', err } = JSON.parse(line) as Logged;
    if (level < warnLevel) return undefined;
    return oneLine(err?.message ? `${msg}: ${err.message}` : msg);
  } catch {
    return oneLine(line);
  }
}

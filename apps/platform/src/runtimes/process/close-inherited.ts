import { closeSync, readdirSync, readFileSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes the descriptors that this process has from the one that started it: everything that this one starts would have
 * them too, a sandboxed component included, and could write to them. Node takes care of the first sixteen itself.
 */
export function closeInherited(): void {
  let names: string[];
  try {
    names = readdirSync('/proc/self/fd');
  } catch {
    // Only Linux tells.
    return;
  }
  for (const descriptor of names.map(Number).filter((number) => number > 15)) {
    try {
      const flags = /^flags:\s+([0-7]+)$/m.exec(
        readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'),
      )?.[1];
      if (flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) closeSync(descriptor);
    } catch {
      // It was the one by which the folder was read.
    }
  }
}

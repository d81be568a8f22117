import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * The bytes on disk of files that processes still hold though they are deleted: no folder shows them any more, and yet
 * they take room until they are closed. Counted once each, by open descriptors and by writable mappings.
 * @param device of the file system that counts, as `stat` tells it
 */
export function deletedFilesSize(pids: readonly number[], device: number): number {
  const sizes = new Map<string, number>();
  for (const pid of pids) {
    for (const descriptor of entries(`/proc/${pid}/fd`))
      addOpen(`/proc/${pid}/fd/${descriptor}`, device, sizes);
    addMapped(pid, device, sizes);
  }
  let total = 0;
  for (const size of sizes.values()) total += size;
  return total;
}

function addOpen(path: string, device: number, sizes: Map<string, number>): void {
  try {
    // To read the link is cheap, and most descriptors are of something else.
    if (!readlinkSync(path).endsWith(' (deleted)')) return;
    const { dev, ino, nlink, blocks } = statSync(path);
    if (dev === device && nlink === 0) sizes.set(`${ino}`, blocks * 512);
  } catch {
    // It was closed meanwhile.
  }
}

/** A mapping may outlive its descriptor; its length is the most that it can hold. */
function addMapped(pid: number, device: number, sizes: Map<string, number>): void {
  const lengths = new Map<string, number>();
  for (const line of text(`/proc/${pid}/maps`).split('\n')) {
    const [, from, to, major, minor, inode] =
      /^([0-9a-f]+)-([0-9a-f]+) .w.s [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) (\d+) .* \(deleted\)$/.exec(line) ??
      [];
    if (!from || !to || !major || !minor || !inode) continue;
    if (deviceNumber(Number.parseInt(major, 16), Number.parseInt(minor, 16)) !== device) continue;
    const length = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    lengths.set(inode, (lengths.get(inode) ?? 0) + length);
  }
  for (const [inode, length] of lengths) if (!sizes.has(inode)) sizes.set(inode, length);
}

/** As glibc's `makedev` puts them together. */
function deviceNumber(major: number, minor: number): number {
  return Number(
    (BigInt(major & 0xfff) << 8n) |
      BigInt(minor & 0xff) |
      (BigInt(minor & ~0xff) << 12n) |
      (BigInt(major & ~0xfff) << 32n),
  );
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

import type { CheckedServiceFile, ServiceFileFault } from './check.ts';

/** What a folder of a service may hold when it is published: its archive is unpacked by a platform that serves others too. */
export const packageLimits = {
  /** Of the archive, compressed. */
  archiveBytes: 100_000_000,
  /** Of all files together. */
  bytes: 500_000_000,
  files: 10_000,
  /** Of the path of a file, in bytes of UTF-8. */
  pathBytes: 250,
  /** Of the folders that a file lies in, counted with the file. */
  depth: 20,
} as const;

/** Why a file cannot be part of a published folder, by its path with `/`; undefined when it can. */
export function faultOfPath(path: string): string | undefined {
  const parts = path.split('/');
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is an absolute path';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it leads out of the folder';
  if (parts.length > packageLimits.depth) return `it lies more than ${packageLimits.depth} folders deep`;
  if (/[\\\p{Cc}]/u.test(path) || !path.isWellFormed())
    return 'its name has characters that not every system takes';
  if (new TextEncoder().encode(path).length > packageLimits.pathBytes)
    return `its path is longer than ${packageLimits.pathBytes} bytes`;
  return undefined;
}

const isScript = /^[^-/][^:]*\.(?:[cm]?[jt]s|py|sh|rb|r|jl|pl)$/i;

/**
 * What is wrong with the command of a service that has a folder: the scripts that it names are in there.
 * @param files paths below the folder, with `/`
 */
export function commandFaults(
  { file, placeOf }: CheckedServiceFile,
  files: ReadonlySet<string>,
): ServiceFileFault[] {
  if (!file || file.image !== null) return [];
  return (file.command ?? []).flatMap((part, index) => {
    if (!isScript.test(part) || files.has(part.replace(/^\.\//, ''))) return [];
    const path = `command.${index}`;
    return [{ path, message: `there is no file ${part} in the folder`, ...placeOf(path) }];
  });
}

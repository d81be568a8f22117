import { posix } from 'node:path';

/** Documents that are followed from one archive. */
export const MOST_DOCUMENTS = 200;

/** The file of an archive that a link in another one of it leads to; null for one that leads elsewhere. */
export function linkedEntry(link: string, from: string, names: ReadonlySet<string>): string | null {
  if (/^[a-z][a-z\d+.-]*:/i.test(link)) return null;
  const path = link.replace(/[?#].*$/s, '').replaceAll('\\', '/');
  const name = posix.normalize(posix.join(posix.dirname(from), path.replace(/^\//, '')));
  for (const spelled of [name, decoded(name)]) if (names.has(spelled)) return spelled;
  return null;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

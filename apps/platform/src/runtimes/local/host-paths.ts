import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Collected, Observation } from '../runtime.ts';

/** Folders of this machine, by what users know them as: as a container has them. */
export type KnownFolders = Readonly<Record<string, string | undefined>>;

/** A text as users may read it. */
export type Show = (text: string) => string;

/** For the folders of one attempt, beside those that stay as long as the runtime does. */
export type Showing = (own: KnownFolders) => Promise<Show>;

/**
 * Where the platform keeps its data and its services is nobody's business but its operator's, and means nothing to a user:
 * what an attempt says is shown as if it had run in `/fusion/job`, with its service in `/fusion/service`, whatever ran it.
 * @param standing those that stay as long as the runtime does, of which each is looked up once
 */
export function showingPaths(standing: KnownFolders): Showing {
  const found = new Map<string, string>();
  const lookUp = async (folder: string): Promise<string> => {
    const known = found.get(folder) ?? (await realpath(folder).catch(() => undefined));
    if (known !== undefined) found.set(folder, known);
    return known ?? folder;
  };
  return async (own) => {
    const names = new Map<string, string>();
    const parents: { readonly folder: string; readonly real: string }[] = [];
    const add = (name: string, ...paths: string[]): void =>
      // As it is, and as the stack of a script has it.
      paths.forEach((path) => names.set(path, name).set(pathToFileURL(path).pathname, name));
    for (const [name, folder] of Object.entries(standing)) {
      if (folder === undefined) continue;
      const real = await lookUp(folder);
      parents.push({ folder, real });
      add(name, folder, real);
    }
    for (const [name, folder] of Object.entries(own)) {
      if (folder === undefined) continue;
      const parent = parents.find((one) => folder.startsWith(`${one.folder}${sep}`));
      const real = parent && parent.real + folder.slice(parent.folder.length);
      add(name, folder, real ?? (await realpath(folder).catch(() => folder)));
    }
    return showing(names);
  };
}

function showing(names: ReadonlyMap<string, string>): Show {
  // The longest first: some stand within others.
  const paths = [...names.keys()].toSorted((a, b) => b.length - a.length);
  if (paths.length === 0) return (text) => text;
  const known = new RegExp(`(?:${paths.map((path) => escaped(path)).join('|')})(?![\\w.-])`, 'g');
  // Of most lines, the look for a slash is all.
  return (text) => (text.includes('/') ? text.replace(known, (path) => names.get(path)!) : text);
}

const escaped = (path: string): string => path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

export function shownObservation(show: Show, seen: Observation): Observation {
  const { reason, status, logs, metrics } = seen;
  return {
    ...seen,
    reason: reason && ({ ...reason, evidence: shownTexts(show, reason.evidence) } as typeof reason),
    status: status && shownTexts(show, status),
    logs: logs.map((record) => {
      const message = show(record.message);
      return message === record.message ? record : { ...record, message };
    }),
    metrics: metrics.map((sample) =>
      sample.comment === null ? sample : { ...sample, comment: show(sample.comment) },
    ),
  };
}

export const shownCollected = (show: Show, collected: Collected): Collected => ({
  ...collected,
  outcome: shownTexts(show, collected.outcome),
  warnings: collected.warnings.map(show),
});

const shownTexts = <T extends object>(show: Show, values: T): T =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? show(value) : value]),
  ) as T;

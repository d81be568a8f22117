import { realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import type { Collected, Observation } from '../runtime.ts';

/** Folders of this machine, by what users know them as: as a container has them. */
export type KnownFolders = Readonly<Record<string, string | undefined>>;

/** A text as users may read it. */
export type Show = (text: string) => string;

/**
 * Where the platform keeps its data and its services is nobody's business but its operator's, and means nothing to a user:
 * what an attempt says is shown as if it had run in `/fusion/job`, with its service in `/fusion/service`, whatever ran it.
 */
export async function showingPaths(folders: KnownFolders): Promise<Show> {
  const names = new Map<string, string>();
  for (const [name, folder] of Object.entries(folders))
    if (folder !== undefined)
      for (const path of [folder, await realpath(folder).catch(() => folder)]) {
        names.set(path, name);
        // As the stack of a script has it.
        names.set(pathToFileURL(path).pathname, name);
      }
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

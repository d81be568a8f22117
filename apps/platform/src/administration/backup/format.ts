import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { AdministrationError } from '../errors.ts';

/**
 * A backup is a tar: `backup.json` first, then the files of the database and of the objects, `settings.json`, and last
 * `SHA256SUMS` of all others, as `sha256sum -c` reads it. Without that last member it is not whole.
 */
export const infoName = 'backup.json';
export const settingsName = 'settings.json';
export const sumsName = 'SHA256SUMS';
/** Folders of a platform's data that a backup holds. */
export const parts = ['database', 'objects'] as const;

const format = 1;

const infoSchema = z.object({
  kind: z.literal('fusion-platform backup'),
  format: z.int(),
  /** The version of the platform that made it. */
  platform: z.string(),
  created_at: z.string(),
  /** What had been done to the tables, in this order. */
  migrations: z.array(z.string()),
  files: z.int(),
  /** Bytes of all files. */
  bytes: z.int(),
});

export type BackupInfo = z.output<typeof infoSchema>;

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** What this platform does to the tables, in this order. */
export function ownMigrations(): readonly string[] {
  const path = new URL('../../../migrations/meta/_journal.json', import.meta.url);
  const { entries } = JSON.parse(readFileSync(path, 'utf8')) as Journal;
  return entries.map(({ tag }) => tag);
}

export function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** What a backup made now says of itself. */
export const describeBackup = (files: number, bytes: number): BackupInfo => ({
  kind: 'fusion-platform backup',
  format,
  platform: ownVersion(),
  created_at: new Date().toISOString(),
  migrations: [...ownMigrations()],
  files,
  bytes,
});

/** @throws AdministrationError for what is no backup, or one of a newer platform */
export function asBackup(text: string): BackupInfo {
  let info: BackupInfo;
  try {
    info = infoSchema.parse(JSON.parse(text));
  } catch {
    throw new AdministrationError('This is no backup of a platform');
  }
  const known = new Set(ownMigrations());
  if (info.format > format || info.migrations.some((tag) => !known.has(tag)))
    throw new AdministrationError(
      `The backup was made by a newer platform (${info.platform}; this one is ${ownVersion()}): restore it with that version or a later one`,
    );
  return info;
}

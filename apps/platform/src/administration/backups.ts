import type { Database } from '../database/index.ts';
import { takeSnapshot, writeBackup } from './backup/index.ts';
import type { Backup } from './channel.ts';
import { AdministrationError } from './errors.ts';

interface BackupSource {
  readonly database: Pick<Database, 'copyFiles'>;
  readonly folder: string;
  readonly objects: string | undefined;
  /** What the platform was started with. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Makes backups of a platform, one at a time: each takes as much room as the database while it is made. */
export function createBackups(source: BackupSource): () => Promise<Backup> {
  let busy = false;
  return async () => {
    if (busy) throw new AdministrationError('A backup is being made already: wait for it');
    busy = true;
    try {
      const snapshot = await takeSnapshot(source);
      const end = async (): Promise<void> => {
        try {
          await snapshot.remove();
        } finally {
          busy = false;
        }
      };
      try {
        const { bytes, info } = await writeBackup(snapshot, source.settings);
        return { bytes, size: info.bytes, end };
      } catch (error) {
        await end();
        throw error;
      }
    } catch (error) {
      busy = false;
      throw error;
    }
  };
}

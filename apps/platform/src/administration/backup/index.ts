export { readBackup } from './read-backup.ts';
export { takeSnapshot } from './snapshot.ts';
export { writeBackup } from './write-backup.ts';

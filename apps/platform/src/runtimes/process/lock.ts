import { DatabaseSync } from 'node:sqlite';

/**
 * Holds a file for this process alone, until it ends however it ends; null when another process holds it.
 * Node has no file locks of its own, but SQLite has, and the system lets go of them when a process dies.
 */
export function takeLock(path: string): DatabaseSync | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

const SQLITE_BUSY = 5;

import { isUnreached, RemoteRasterError } from '../ranges/index.ts';
import { StacArchiveError } from './stac-archive-error.ts';

/** How an archive failed, for who reads it. */
export interface ArchiveFault {
  /** `transient`: it may pass. `refused`: what was asked cannot be had. `error`: the archive is not as it should be. */
  readonly code: 'transient' | 'refused' | 'error';
  readonly message: string;
  readonly cause: unknown;
  /** Whether no server was reached at all, so that the network or a setting may be what is wrong. */
  readonly unreached: boolean;
}

/** What a reader says of the files of its archive. */
export interface ArchiveWords {
  readonly tooLarge: string;
  readonly unreadable: string;
}

/** What an error of an archive or of a file in it means; undefined for any other error. */
export function archiveFault(error: unknown, words: ArchiveWords): ArchiveFault | undefined {
  if (error instanceof StacArchiveError)
    switch (error.code) {
      case 'unreachable':
        return transient(error.message, error.cause);
      case 'no_collection':
        return { code: 'refused', message: error.message, cause: undefined, unreached: false };
      case 'refused':
      case 'unusable':
        return { code: 'error', message: error.message, cause: error.cause, unreached: false };
    }
  if (error instanceof RemoteRasterError)
    switch (error.code) {
      case 'too_large':
        return { code: 'refused', message: words.tooLarge, cause: error, unreached: false };
      case 'unreachable':
        return transient(words.unreadable, error);
      case 'not_found':
      case 'refused':
      case 'unusable':
        return { code: 'error', message: words.unreadable, cause: error, unreached: false };
    }
  return undefined;
}

const transient = (message: string, cause: unknown): ArchiveFault => ({
  code: 'transient',
  message,
  cause,
  unreached: isUnreached(cause),
});

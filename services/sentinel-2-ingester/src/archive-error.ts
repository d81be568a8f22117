import { RemoteRasterError, StacArchiveError } from '@fusion-platform/geo';
import { Refusal, ServiceError, TransientError } from '@fusion-platform/service-kit';

/** Says how the attempt ends when the archive fails: what may pass is tried again by the platform. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof StacArchiveError)
    switch (error.code) {
      case 'unreachable':
        return new TransientError(error.message, { cause: error.cause });
      case 'no_collection':
        return new Refusal(error.message);
      case 'refused':
      case 'unusable':
        return new ServiceError('error', error.message, { cause: error.cause });
    }
  if (error instanceof RemoteRasterError)
    switch (error.code) {
      case 'too_large':
        return new Refusal('The region is too large', { cause: error });
      case 'unreachable':
        return new TransientError(UNREADABLE, { cause: error });
      case 'not_found':
      case 'refused':
      case 'unusable':
        return new ServiceError('error', UNREADABLE, { cause: error });
    }
  return error;
}

const UNREADABLE = 'A file of the satellite image archive cannot be read';

import { isUnreached, RemoteRasterError, StacArchiveError } from '@fusion-platform/geo';
import { describeError, Refusal, ServiceError, TransientError } from '@fusion-platform/service-kit';

/** Says how the attempt ends when the archive fails: what may pass is tried again by the platform. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof StacArchiveError)
    switch (error.code) {
      case 'unreachable':
        return transient(error.message, error.cause);
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
        return transient(UNREADABLE, error);
      case 'not_found':
      case 'refused':
      case 'unusable':
        return new ServiceError('error', UNREADABLE, { cause: error });
    }
  return error;
}

const UNREADABLE = 'A file of the satellite image archive cannot be read';

/** It may pass; where no server was reached, it says what to do if it does not. */
const transient = (message: string, cause: unknown): TransientError =>
  isUnreached(cause)
    ? new TransientError(`${describeError(new Error(message, { cause }))}. ${NO_WAY}`)
    : new TransientError(message, { cause });

const NO_WAY =
  'See that this machine reaches that host; without the Internet, set FUSION_S2_STAC_URL to the sample archive or another one';

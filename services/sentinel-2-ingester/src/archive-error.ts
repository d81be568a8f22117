import { archiveFault } from '@fusion-platform/geo';
import { describeError, ServiceError } from '@fusion-platform/service-kit';

/** Says how the attempt ends when the archive fails: what may pass is tried again by the platform. */
export function asServiceError(error: unknown): unknown {
  const fault = archiveFault(error, {
    tooLarge: 'The region is too large',
    unreadable: 'A file of the satellite image archive cannot be read',
  });
  if (!fault) return error;
  const { code, message, cause, unreached } = fault;
  if (!unreached) return new ServiceError(code, message, { cause });
  return new ServiceError(code, `${describeError(new Error(message, { cause }))}. ${NO_WAY}`);
}

/** What to do where it does not pass. */
const NO_WAY =
  'See that this machine reaches that host; without the Internet, set FUSION_S2_STAC_URL to the sample archive or another one';

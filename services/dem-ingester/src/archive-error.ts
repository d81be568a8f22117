import { ServiceError } from '@fusion-platform/service-kit';
import { HTTPError, isTimeoutError } from 'ky';

/** Says in one sentence which archive failed and how, for the user. */
export function archiveError(url: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const archive = `The elevation archive at ${url}`;
  if (error instanceof HTTPError) {
    const { status, statusText } = error.response;
    return new ServiceError('error', `${archive} answers ${status} ${statusText}`.trimEnd());
  }
  if (isTimeoutError(error)) return new ServiceError('error', `${archive} does not answer in time`);
  return new ServiceError('error', `${archive} cannot be reached`, { cause: error });
}

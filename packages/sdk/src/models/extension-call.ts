import { RequestError, UnsupportedError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { AnyCall, CallInput, Connection, Outcome } from '../http/index.ts';

/**
 * Makes a call that not every platform has.
 * @param exists asks for the model that the call is made on: when that is there, it is the call that is not
 * @throws UnsupportedError when the platform has no such call; RequestError
 */
export async function performExtension<C extends AnyCall>(
  connection: Connection,
  call: C,
  input: CallInput<C>,
  exists: () => Promise<unknown>,
): Promise<Outcome<C['answer']>> {
  try {
    return await perform(connection, call, input);
  } catch (error) {
    if (!isUnknownCall(error)) throw error;
    await exists();
    throw new UnsupportedError(
      call.id,
      call.summary.replace(/^./, (first) => first.toLowerCase()),
      error,
    );
  }
}

/** Some gateways answer what they do not know with 403 and these words. */
function isUnknownCall(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  const { status, platformMessage = '' } = error;
  if (status === 404 || status === 405 || status === 501) return true;
  return status === 403 && /missing authentication token/i.test(platformMessage);
}

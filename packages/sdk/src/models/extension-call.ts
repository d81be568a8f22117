import { RequestError, UnsupportedError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { AnyCall, CallInput, Connection, Outcome } from '../http/index.ts';
import { Collection, pagesOf } from '../lists/index.ts';

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
    throw await explain(call, error, exists);
  }
}

/**
 * The items of a list call that not every platform has.
 * @param exists asks for the model that has the list
 */
export function listExtension<C extends Parameters<typeof pagesOf>[1], T>(
  exists: (signal: AbortSignal | undefined) => Promise<unknown>,
  ...args: Parameters<typeof pagesOf<C, T>>
): Collection<T> {
  const pages = pagesOf(...args);
  return new Collection(async function* explained(options) {
    try {
      yield* pages(options);
    } catch (error) {
      throw await explain(args[1], error, async () => await exists(options.signal));
    }
  });
}

/** The same error, unless it says that the platform lacks the call. */
async function explain(call: AnyCall, error: unknown, exists: () => Promise<unknown>): Promise<unknown> {
  if (!isUnknownCall(error)) return error;
  await exists();
  return new UnsupportedError(
    call.id,
    call.summary.replace(/^./, (first) => first.toLowerCase()),
    error,
  );
}

/** Some gateways answer what they do not know with 403 and these words. */
export function isUnknownCall(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  const { status, platformMessage = '' } = error;
  if (status === 404 || status === 405 || status === 501) return true;
  return status === 403 && /missing authentication token/i.test(platformMessage);
}

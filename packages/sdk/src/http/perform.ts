import {
  buildPath,
  encodeListQuery,
  encodeScalar,
  flattenModel,
  ModelError as ContractModelError,
  parse,
  parseModel,
  parseTemplate,
} from '@fusion-platform/contract';
import type {
  Answer,
  AnyModel,
  Body,
  Call,
  FlatBody,
  ListAnswer,
  ListQuery,
  ModelValue,
  NestedBody,
  ObjectAnswer,
  OneAnswer,
  Scalar,
} from '@fusion-platform/contract';
import type { z } from 'zod';

import { ModelError } from '../errors/index.ts';
import type { Connection } from './connection.ts';
import { newId } from './new-id.ts';
import { withRetries } from './retry.ts';
import { sendOnce } from './send.ts';
import { anySignal } from './signals.ts';

export type AnyCall = Call<string, Body, Answer>;

export type BodyInput<B> =
  B extends FlatBody<infer M>
    ? Partial<ModelValue<M>>
    : B extends NestedBody<infer S>
      ? z.input<S>
      : undefined;

export type Outcome<A> =
  A extends OneAnswer<infer M, infer E>
    ? { readonly model: Partial<ModelValue<M>>; readonly extras: z.output<E> }
    : A extends ListAnswer<infer M>
      ? { readonly list: readonly ModelValue<M>[]; readonly last: Cursor | undefined }
      : A extends ObjectAnswer<infer S>
        ? z.output<S>
        : never;

export type Cursor = Readonly<Record<string, Scalar>>;

export interface CallInput<C extends AnyCall> {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query?: Partial<z.input<C['query']>>;
  readonly list?: ListQuery;
  readonly body?: BodyInput<C['body']>;
  readonly signal?: AbortSignal | undefined;
  /** Does no harm when it takes effect twice, though the contract does not say so. */
  readonly repeatable?: boolean;
}

/**
 * Makes one call of the contract: builds the request, tries again where that helps and does no harm, reads the answer.
 * @throws RequestError, ModelError, or the reason of an aborted signal
 */
export async function perform<C extends AnyCall>(
  connection: Connection,
  call: C,
  input: CallInput<C>,
): Promise<Outcome<C['answer']>> {
  const { log } = connection;
  const where = `${call.method} ${pathOf(call, input.params)}`;
  const signal = anySignal(connection.signal, input.signal);
  const key = call.idempotent || !connection.idempotencyKeys ? undefined : newId();
  const body = bodyOf(call, input.body);
  log.debug(where, body);
  const answer = await withRetries(
    async () =>
      await sendOnce(connection, {
        where,
        method: call.method,
        address: addressOf(connection, call, input),
        authenticated: call.authenticated,
        body,
        idempotencyKey: key,
        signal,
      }),
    {
      policy: connection.policy,
      repeatable: () => call.idempotent || key !== undefined || input.repeatable === true,
      signal,
      hasAnswered: () => connection.hasAnswered,
      onRetry: (error, pauseMs) => log.info(`trying again in ${Math.round(pauseMs)} ms: ${error.message}`),
    },
  );
  return asModelErrors(() => readAnswer(call.answer, answer)) as Outcome<C['answer']>;
}

export function addressOf<C extends AnyCall>(connection: Connection, call: C, input: CallInput<C>): string {
  const query = encodeListQuery(input.list ?? {});
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, encodeScalar(value as Scalar));
  }
  const text = query.toString();
  return `${connection.apiUrl}${pathOf(call, input.params)}${text ? `?${text}` : ''}`;
}

export function pathOf(call: AnyCall, params: Readonly<Record<string, string | undefined>>): string {
  return buildPath(call.path, params as Record<string, string>);
}

function bodyOf(call: AnyCall, value: unknown): unknown {
  switch (call.body.kind) {
    case 'none':
      return undefined;
    case 'flat': {
      const { model } = call.body;
      return asModelErrors(() => flattenModel(model, value as Partial<ModelValue<AnyModel>>));
    }
    case 'nested':
      return { [call.body.name]: value };
  }
}

function readAnswer(answer: Answer, json: unknown): unknown {
  const whole = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  switch (answer.kind) {
    case 'one':
      return {
        model: answer.template
          ? parseTemplate(answer.model, whole['model'])
          : parseModel(answer.model, whole['model']),
        extras: parse(`${answer.model.name} extras`, answer.extras, whole['extras'] ?? {}),
      };
    case 'list': {
      const list = Array.isArray(whole['list']) ? (whole['list'] as unknown[]) : [];
      return { list: list.map((item) => parseModel(answer.model, item)), last: cursorOf(whole['last']) };
    }
    case 'object':
      return parse('answer', answer.schema, whole);
    case 'file':
      throw new TypeError('a file is opened, not read');
    case 'stream':
      throw new TypeError('a stream is followed, not read');
  }
}

function cursorOf(last: unknown): Cursor | undefined {
  return typeof last === 'object' && last !== null && Object.keys(last).length > 0
    ? (last as Cursor)
    : undefined;
}

export function asModelErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractModelError) throw new ModelError(error.model, error.issues, error);
    throw error;
  }
}

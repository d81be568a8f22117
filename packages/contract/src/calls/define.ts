import * as z from 'zod';

import type { AnyModel } from '../models/index.ts';
import type {
  Answer,
  Body,
  Call,
  ErrorCode,
  FileAnswer,
  FlatBody,
  ListAnswer,
  Method,
  NestedBody,
  ObjectAnswer,
  OneAnswer,
  StreamAnswer,
} from './call.ts';

const noFields = z.object({});

export const none = { kind: 'none' } as const;
export const flat = <M extends AnyModel>(model: M, keep: readonly string[] = []): FlatBody<M> => ({
  kind: 'flat',
  model,
  keep,
});
export const nested = <S extends z.ZodObject>(name: string, schema: S): NestedBody<S> => ({
  kind: 'nested',
  name,
  schema,
});

export const one = <M extends AnyModel, E extends z.ZodObject = typeof noFields>(
  model: M,
  extras: E = noFields as unknown as E,
): OneAnswer<M, E> => ({ kind: 'one', model, extras, template: false });
export const template = <M extends AnyModel, E extends z.ZodObject = typeof noFields>(
  model: M,
  extras: E = noFields as unknown as E,
): OneAnswer<M, E> => ({ kind: 'one', model, extras, template: true });
export const list = <M extends AnyModel>(
  model: M,
  filters: readonly string[] = [],
  search = false,
): ListAnswer<M> => ({ kind: 'list', model, filters, search });
export const object = <S extends z.ZodObject>(schema: S): ObjectAnswer<S> => ({ kind: 'object', schema });
export const empty = object(noFields);
export const stream = <S extends z.ZodType>(event: S): StreamAnswer<S> => ({ kind: 'stream', event });
export const file = (types: readonly string[]): FileAnswer => ({ kind: 'file', types });

interface Definition<P extends string, B extends Body, A extends Answer, Q extends z.ZodObject> {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly method: Method;
  readonly path: P;
  readonly body?: B;
  readonly query?: Q;
  readonly answer: A;
  readonly authenticated?: boolean;
  readonly errors?: readonly ErrorCode[];
  readonly extension?: boolean;
  readonly idempotent?: boolean;
}

/** What can happen to a call whatever it does, by its form. */
function common(
  authenticated: boolean,
  hasParameters: boolean,
  hasBody: boolean,
  idempotent: boolean,
): readonly ErrorCode[] {
  return [
    // A query or a path that is no text, and a body where none is taken.
    'bad_request',
    ...(hasBody ? (['invalid_model', 'too_large'] as const) : []),
    ...(hasParameters ? (['not_found'] as const) : []),
    // The same idempotency key with another body, or while the first call is still at work.
    ...(idempotent || !authenticated ? [] : (['conflict'] as const)),
    'unauthorised',
    ...(authenticated ? (['session_expired', 'forbidden'] as const) : []),
    'too_many_requests',
    'internal',
    'unavailable',
  ];
}

export function call<
  const P extends string,
  A extends Answer,
  B extends Body = typeof none,
  Q extends z.ZodObject = typeof noFields,
>(definition: Definition<P, B, A, Q>): Omit<Call<P, B, A, Q>, 'id'> {
  const { body, query, authenticated = true, errors = [], method } = definition;
  const { idempotent = method !== 'POST' } = definition;
  const general = common(authenticated, definition.path.includes('{'), body !== undefined, idempotent);
  return {
    summary: definition.summary,
    description: definition.description ?? '',
    tag: definition.tag,
    method,
    path: definition.path,
    authenticated,
    query: (query ?? noFields) as Q,
    body: (body ?? none) as B,
    answer: definition.answer,
    errors: [...new Set([...errors, ...general])],
    extension: definition.extension ?? false,
    idempotent,
  };
}

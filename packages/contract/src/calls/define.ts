import { z } from 'zod';

import type { AnyModel } from '../models/index.ts';
import type {
  Answer,
  Body,
  Call,
  ErrorCode,
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
export const flat = <M extends AnyModel>(model: M): FlatBody<M> => ({ kind: 'flat', model });
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

/** Errors that any authenticated call can give. */
const common: readonly ErrorCode[] = [
  'unauthorised',
  'session_expired',
  'too_many_requests',
  'internal',
  'unavailable',
];

export function call<
  const P extends string,
  A extends Answer,
  B extends Body = typeof none,
  Q extends z.ZodObject = typeof noFields,
>(definition: Definition<P, B, A, Q>): Omit<Call<P, B, A, Q>, 'id'> {
  const { body, query, authenticated = true, errors = [], method } = definition;
  const specific: ErrorCode[] = [...errors];
  if (definition.path.includes('{')) specific.push('not_found');
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
    errors: [...new Set([...specific, ...common])],
    extension: definition.extension ?? false,
    idempotent: definition.idempotent ?? method !== 'POST',
  };
}

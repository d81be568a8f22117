import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';

import type {
  AnyModel,
  Answer,
  Body,
  Call,
  FileAnswer,
  FlatBody,
  ListAnswer,
  ListQuery,
  ModelValue,
  NestedBody,
  ObjectAnswer,
  OneAnswer,
  PathParams,
  Role,
  Scalar,
  StreamAnswer,
} from '@fusion-platform/contract';

import type { Session } from '../accounts/index.ts';
import type { StreamedFile } from './send-file.ts';

export type AnyCall = Call<string, Body, Answer>;

type BodyValue<B> =
  B extends FlatBody<infer M>
    ? Partial<ModelValue<M>>
    : B extends NestedBody<infer S>
      ? z.output<S>
      : undefined;

type Presented<M extends AnyModel> = { readonly [K in keyof ModelValue<M>]?: ModelValue<M>[K] | null };

type AnswerValue<A> =
  A extends OneAnswer<infer M, infer E>
    ? { readonly model: Presented<M>; readonly extras?: z.input<E> }
    : A extends ListAnswer<infer M>
      ? { readonly list: readonly Presented<M>[]; readonly last?: Readonly<Record<string, Scalar>> }
      : A extends ObjectAnswer<infer S>
        ? z.input<S>
        : A extends StreamAnswer<infer S>
          ? AsyncIterable<{ readonly id?: string; readonly value: z.output<S> }>
          : A extends FileAnswer
            ? StreamedFile
            : never;

/** A call as its handler sees it: parsed, and from a user who may make it. */
export interface CallRequest<C extends AnyCall> {
  readonly params: PathParams<C['path']>;
  readonly query: z.output<C['query']>;
  /** Empty for calls that are no list. */
  readonly list: ListQuery;
  readonly body: BodyValue<C['body']>;
  /** Absent in calls that need no login. */
  readonly userId: string;
  /** For the calls that act on the session itself. */
  readonly session: Session;
  /** The organisation of the path, of which the user is a member; absent in calls of users. */
  readonly organisationId: string;
  readonly roles: readonly Role[];
  readonly requestId: string;
  /** Where the platform is reached, e.g. `http://127.0.0.1:8080`: for addresses in answers. */
  readonly origin: string;
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string) => void;
  readonly lastEventId: string | undefined;
  readonly address: string;
  /** What the caller's program calls itself. */
  readonly client: string | undefined;
  /** Aborted when the caller goes away; made when it is first asked for. */
  readonly signal: () => AbortSignal;
  readonly log: FastifyBaseLogger;
}

export interface Route<C extends AnyCall = AnyCall> {
  readonly call: C;
  /** One of these roles is needed in the organisation; membership alone when there are none. */
  readonly roles: readonly Role[];
  readonly handle: (request: CallRequest<C>) => Promise<AnswerValue<C['answer']>>;
}

/**
 * Answers a call of the contract.
 * @param options.role the role that the caller needs in the organisation, or several of which one will do; membership
 * alone when absent
 */
export function route<C extends AnyCall>(
  call: C,
  handle: Route<C>['handle'],
  options: { readonly role?: Role | readonly Role[] } = {},
): Route {
  const roles: readonly Role[] = typeof options.role === 'string' ? [options.role] : (options.role ?? []);
  return { call, roles, handle };
}

/** For what shows processes and what they take and make: who may make them may see them. */
export const viewers = {
  role: ['view_processing_chains', 'create_and_execute_processing_chains'],
} as const;

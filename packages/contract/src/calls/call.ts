import type * as z from 'zod';

import type { AnyModel } from '../models/index.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';

/** The names in braces of a path. */
export type PathNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

export type PathParams<P extends string> = { readonly [K in PathNames<P>]: string };

/** `Model[field]` pairs, as create and patch calls send a model. */
export interface FlatBody<M extends AnyModel = AnyModel> {
  readonly kind: 'flat';
  readonly model: M;
  /** The read-only fields that this call takes all the same: a create call carries what the template gave. */
  readonly keep: readonly string[];
}
/** `{"Model": {…}}` with only the named fields. */
export interface NestedBody<S extends z.ZodObject = z.ZodObject> {
  readonly kind: 'nested';
  readonly name: string;
  readonly schema: S;
}
export type Body = FlatBody | NestedBody | { readonly kind: 'none' };

/** `{"model": {…}, "extras": {…}}`. A template (a model not stored yet) may lack required fields. */
export interface OneAnswer<M extends AnyModel = AnyModel, E extends z.ZodObject = z.ZodObject> {
  readonly kind: 'one';
  readonly model: M;
  readonly extras: E;
  readonly template: boolean;
}
/** `{"list": […], "last": {…}, "extras": {…}}`. */
export interface ListAnswer<M extends AnyModel = AnyModel> {
  readonly kind: 'list';
  readonly model: M;
  readonly filters: readonly string[];
  readonly search: boolean;
}
/** A JSON object of its own form. */
export interface ObjectAnswer<S extends z.ZodObject = z.ZodObject> {
  readonly kind: 'object';
  readonly schema: S;
}
/** Server-sent events. */
export interface StreamAnswer<S extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly event: S;
}
/** Bytes of one of these media types, as long as there are any. */
export interface FileAnswer {
  readonly kind: 'file';
  readonly types: readonly string[];
}
export type Answer = OneAnswer | ListAnswer | ObjectAnswer | StreamAnswer | FileAnswer;

/** What can go wrong, by what the caller can do about it. The status of each is in `errors.ts`. */
export type ErrorCode =
  | 'bad_request'
  | 'invalid_model'
  | 'unauthorised'
  | 'session_expired'
  | 'insufficient_credits'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'too_many_requests'
  | 'storage_full'
  | 'internal'
  | 'unavailable';

/** One call of the API. */
export interface Call<
  P extends string = string,
  B extends Body = Body,
  A extends Answer = Answer,
  Q extends z.ZodObject = z.ZodObject,
> {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly method: Method;
  readonly path: P;
  readonly authenticated: boolean;
  /** Query parameters other than those of a list. */
  readonly query: Q;
  readonly body: B;
  readonly answer: A;
  readonly errors: readonly ErrorCode[];
  /** Not part of the original API: a client must do without it where a platform lacks it. */
  readonly extension: boolean;
  /** Sent again after a failure, does no harm. */
  readonly idempotent: boolean;
}

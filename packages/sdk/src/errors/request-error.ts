import type { FieldIssue } from '@fusion-platform/contract';

import { FusionPlatformError } from './base.ts';

export interface RequestFailure {
  readonly message: string;
  readonly code: string;
  /** Which call it was, e.g. `POST /organisations/…/processes`. Never a query. */
  readonly where: string;
  readonly status?: number | undefined;
  readonly platformMessage?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fields?: readonly FieldIssue[] | undefined;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call to the platform that failed. */
export class RequestError extends FusionPlatformError {
  override readonly name: string = 'RequestError';
  /** `invalid_model`, `not_found`, …: what the platform calls it, or a name after the status. */
  readonly code: string;
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** The platform's own words; undefined when no answer came. */
  readonly platformMessage: string | undefined;
  /** The id by which the platform's log names the request. */
  readonly requestId: string | undefined;
  /** The fields that the platform refused, each with the reason. */
  readonly fields: readonly FieldIssue[];
  /** Whether the same call may succeed later. The SDK has tried again already where that does no harm. */
  readonly retryable: boolean;
  /** How long the platform asks to wait before another try, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: RequestFailure) {
    super(failure.message, failure.cause);
    this.code = failure.code;
    this.status = failure.status;
    this.platformMessage = failure.platformMessage;
    this.requestId = failure.requestId;
    this.fields = failure.fields ?? [];
    this.retryable = failure.retryable ?? false;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** The platform does not know who asks: wrong credentials, or none. */
export class AuthenticationError extends RequestError {
  override readonly name: string = 'AuthenticationError';
}

/** The session is over: a session lasts at most one day. Log in again. */
export class SessionExpiredError extends AuthenticationError {
  override readonly name: string = 'SessionExpiredError';
}

/** The user may not do this. */
export class PermissionError extends RequestError {
  override readonly name: string = 'PermissionError';
}

/** What was asked for does not exist, or this user may not see it. */
export class NotFoundError extends RequestError {
  override readonly name: string = 'NotFoundError';
}

/** The request does not fit the present state, e.g. deleting data that a process uses. */
export class ConflictError extends RequestError {
  override readonly name: string = 'ConflictError';
}

/** The organisation lacks the credits. */
export class InsufficientCreditsError extends RequestError {
  override readonly name: string = 'InsufficientCreditsError';
}

/** No answer came: the network failed, or it took too long (`code` is `timeout`). */
export class ConnectionError extends RequestError {
  override readonly name: string = 'ConnectionError';
  /** Whether the request may have reached the platform. */
  readonly reached: boolean;

  constructor(failure: RequestFailure & { readonly reached: boolean }) {
    super({ ...failure, retryable: true });
    this.reached = failure.reached;
  }
}

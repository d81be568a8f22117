import * as z from 'zod';

import type { ErrorCode } from './calls/index.ts';

/** The HTTP status of each error code. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  invalid_model: 400,
  unauthorised: 401,
  session_expired: 401,
  insufficient_credits: 402,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
};

/** One offending place of a model. */
export interface FieldIssue {
  /** Where, e.g. `options[2].name`. */
  readonly path: string;
  /** What is wrong with it. */
  readonly message: string;
}

/**
 * The body of every answer outside 2xx. The original API has `error_message` alone; the rest is ours, and a client
 * must do without it.
 */
export const ErrorBody = z
  .object({
    error_message: z.string().meta({ description: 'What went wrong, for people.' }),
    code: z.string().optional().meta({ description: 'What went wrong, for programs.', 'x-extension': true }),
    request_id: z
      .string()
      .optional()
      .meta({ description: 'By which the log of the platform knows the call.', 'x-extension': true }),
    fields: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Where, e.g. `options[2].name`.' }),
          message: z.string().meta({ description: 'What is wrong with it.' }),
        }),
      )
      .optional()
      .meta({ description: 'Every offending place of a model, all at once.', 'x-extension': true }),
  })
  .meta({ id: 'Error', title: 'Error', description: 'Why a call was refused or failed.' });
export type ErrorBody = z.output<typeof ErrorBody>;

/** A model that has a wrong type or lacks a required field: every offending path in one error. */
export class ModelError extends Error {
  readonly model: string;
  readonly issues: readonly FieldIssue[];

  constructor(model: string, issues: readonly FieldIssue[]) {
    super(`${model} is not valid: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`);
    this.name = 'ModelError';
    this.model = model;
    this.issues = issues;
  }
}

/** A call that is refused: what the caller can do about it is told by its code. */
export class CallError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldIssue[];
  /** After how many seconds another try makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly fields?: readonly FieldIssue[];
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CallError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

import { inspect } from 'node:util';

/** How an attempt ended when it did not succeed, as `exit_type` of its outcome. */
export type ExitType =
  | 'refused'
  | 'dispatch_refused'
  | 'no_data'
  | 'error'
  | 'transient'
  | 'stopped'
  | 'invalid_job';

/** An error that says by itself how the attempt ends. */
export class ServiceError extends Error {
  readonly code: ExitType;

  constructor(code: ExitType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What is asked cannot be done, and trying again would not help: its message is for the user. */
export class Refusal extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('refused', message, options);
  }
}

/** What a dispatcher was to send is not taken where it was to go, and would not be taken another time either. */
export class DispatchRefusal extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('dispatch_refused', message, options);
  }
}

/** A fault that may pass, such as an archive that does not answer: the platform tries the component again. */
export class TransientError extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('transient', message, options);
  }
}

/** `job.json` is missing or is not a job. */
export class InvalidJob extends ServiceError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid_job', message, options);
  }
}

/** The platform asked the attempt to stop. */
export class Stopped extends ServiceError {
  constructor() {
    super('stopped', 'Stopped on request');
  }
}

/** An error and its causes in one sentence, outermost first, saying nothing twice. */
export function describeError(error: unknown): string {
  const messages: string[] = [];
  for (let current = error, depth = 0; current !== undefined && current !== null && depth < 8; depth += 1) {
    const message = (current instanceof Error ? current.message || current.name : inspect(current)).trim();
    if (!messages.some((said) => said.includes(message))) messages.push(message);
    current = nextCause(current);
  }
  return messages.join(': ');
}

/** A connection tried at several addresses fails with one error for each: the first tells enough. */
function nextCause(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  if (error.cause !== undefined) return error.cause;
  return error instanceof AggregateError ? error.errors[0] : undefined;
}

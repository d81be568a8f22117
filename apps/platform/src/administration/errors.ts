/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked cannot be done: `not_found` what it names, or for another reason. The message says why, and what to do. */
export class AdministrationError extends Error {
  override readonly name = 'AdministrationError';
  readonly kind: FaultKind;

  constructor(message: string, kind: FaultKind = 'refused') {
    super(message);
    this.kind = kind;
  }
}

export type FaultKind = 'usage' | 'not_found' | 'refused' | 'fault';

/** What the operator is told of a failure. */
export interface Fault {
  readonly message: string;
  readonly kind: FaultKind;
}

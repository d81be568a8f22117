import type { Organisation, Session } from 'fusion-platform';

import type { CommandDefinition, GroupDefinition } from './definition.ts';
import type { Output } from '../output/index.ts';
import type { Target, TargetOptions } from '../session/index.ts';

/** Options that every command has. */
export interface CommonOptions extends TargetOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly debug?: boolean;
}

export interface Opened {
  readonly session: Session;
  readonly organisation: Organisation;
  readonly target: Target;
}

/** What a command works with. */
export interface Cli {
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly options: CommonOptions;
  /** Every command there is, for those that tell of commands. */
  readonly commands: readonly (CommandDefinition | GroupDefinition)[];
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** The platform, user and organisation that the options name. */
  target(): Promise<Target>;
  /** Logged in, with the organisation chosen. */
  open(): Promise<Opened>;
  /** Logged in. */
  session(): Promise<Session>;
  /** From now on an interruption waits until the command has tidied up, which its signal tells it to do. */
  settleFirst(): void;
  /** What to tell when it is interrupted from now on: what goes on by itself, and how to come back to it. */
  onInterrupt(lines: readonly string[]): void;
}

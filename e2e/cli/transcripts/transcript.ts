import type { InstalledCommand, Outcome } from '../support/command.ts';

/** Whether a command runs in a pseudo-terminal, or without one. */
export type Mode = 'terminal' | 'pipe';

/** `operator` runs the platform, `author` writes services in another organisation. */
export type Person = 'operator' | 'author';

/** What a transcript is taken of: a platform that runs, with processes in it, and the command. */
export interface TestPlatform {
  readonly mode: Mode;
  readonly cli: InstalledCommand;
  /** The folder of the platform. */
  readonly data: string;
  readonly url: string;
  /** A name of its own in each mode. */
  name(text: string): string;
  /** Runs a command that has to work, to prepare something. */
  prepare(args: readonly string[], who?: Person): Promise<Outcome>;
  /** Another platform, which is started when it is first asked for. */
  other(): Promise<{ readonly data: string }>;
}

/** One command as a person has it in a terminal and a script without one. */
export interface Transcript {
  /** As it is typed: `services approve`. */
  readonly command: string;
  /** What follows the command. May prepare what it needs. */
  readonly args: (platform: TestPlatform) => readonly string[] | Promise<readonly string[]>;
  readonly who?: Person | 'nobody';
  /** What is read from standard input without a terminal. */
  readonly input?: string;
  /** What is asked in a terminal, and what is typed then. */
  readonly answers?: readonly (readonly [asked: RegExp, typed: string])[];
  /** How it ends: 0 unless another is given. */
  readonly code?: number;
  /** What is read in either way; in a terminal with escape sequences taken out. */
  readonly seen: RegExp;
  /** Published services run and are taken only where there is a sandbox. */
  readonly needsSandbox?: boolean;
  /** Runs until it is interrupted, once all of that is seen. */
  readonly untilInterrupted?: boolean;
}

/** Without a terminal, nothing is asked: what a person answers is given as an option. */
export const unlessAsked = ({ mode }: TestPlatform, ...options: string[]): readonly string[] =>
  mode === 'terminal' ? [] : options;

import type { Command } from 'commander';

/** What a command does: loaded when it is called. Gives the exit code when it is not success. */
export type Handler = (cli: never, options: never, ...args: never[]) => Promise<number | void>;

/** How a command is called: all of it is known without loading what the command does. */
export interface CommandDefinition {
  readonly name: string;
  readonly alias?: string;
  /** A line for the list of commands. */
  readonly summary: string;
  /** More, for its own help. */
  readonly description?: string;
  /** Left out of the help. */
  readonly hidden?: boolean;
  /** Whether it talks to a platform, and so takes `--deployment`, `--email` and the like. */
  readonly platform: boolean;
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly configure?: (command: Command) => void;
  readonly load: () => Promise<Handler>;
}

/** Commands that belong together: `data ls`, `data upload`. */
export interface GroupDefinition {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandDefinition[];
  /** The command that is meant where none is named. */
  readonly otherwise?: string;
}

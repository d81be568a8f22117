import { stripVTControlCharacters } from 'node:util';

import type { InstalledCommand } from './command.ts';

/** A command that runs in a pseudo-terminal of its own. */
export interface Terminal {
  /** What has been printed, without escape sequences. */
  text(): string;
  /** With them. */
  raw(): string;
  type(text: string): void;
  /** Waits until what is printed matches. @throws after five minutes, with what was printed */
  until(pattern: RegExp): Promise<string>;
  readonly ended: Promise<number>;
}

export const enter = '\r';
export const down = '\u001B[B';
export const controlC = '\u0003';

/** Whether pseudo-terminals can be made here; if not, why. */
export async function ptyMissing(): Promise<string | undefined> {
  try {
    await load();
    return undefined;
  } catch (error) {
    return `no pseudo-terminal can be made here (${(error as Error).message.split('\n')[0]})`;
  }
}

/** The package brings a compiled part for most systems, not for each. */
const load = async () => await import('@lydell/node-pty');

export async function inTerminal(
  command: InstalledCommand,
  args: readonly string[],
  options: { readonly columns?: number; readonly env?: Record<string, string> } = {},
): Promise<Terminal> {
  const { spawn } = await load();
  const pty = spawn(process.execPath, [command.path, ...args], {
    name: 'xterm-256color',
    cols: options.columns ?? 110,
    rows: 40,
    cwd: command.folder,
    env: { ...command.env, ...options.env, TERM: 'xterm-256color' },
  });
  let printed = '';
  const listeners = new Set<() => void>();
  const wake = (): void => listeners.forEach((listener) => listener());
  pty.onData((data) => {
    printed += data;
    wake();
  });
  let over = false;
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      over = true;
      wake();
      resolve(exitCode);
    });
  });
  const text = (): string => stripVTControlCharacters(printed).replaceAll('\r', '');
  return {
    text,
    raw: () => printed,
    type: (typed) => pty.write(typed),
    ended,
    until: async (pattern) =>
      await new Promise((resolve, reject) => {
        const settle = (end: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          end();
        };
        const fail = (why: string): void =>
          settle(() => reject(new Error(`${String(pattern)} was not printed ${why}:\n${text()}`)));
        const look = (): void => {
          if (pattern.test(text())) settle(() => resolve(text()));
          else if (over) fail('before it ended');
        };
        const timer = setTimeout(() => fail('within five minutes'), 300_000);
        listeners.add(look);
        look();
      }),
  };
}

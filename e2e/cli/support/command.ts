import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { bundleCommand } from '../../../apps/cli/scripts/build.mjs';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly input?: string;
  /** Called once the process is there. */
  readonly started?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called once it has written to its standard output. */
  readonly answered?: (kill: (signal: NodeJS.Signals) => void) => void;
}

export interface InstalledCommand {
  /** Where the command works: what it writes is found there. */
  readonly folder: string;
  readonly path: string;
  readonly env: Record<string, string>;
  /** Runs it without a terminal. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Runs it with `--json` and gives what it printed. @throws when it fails */
  json<T = unknown>(args: readonly string[], options?: RunOptions): Promise<T>;
  remove(): Promise<void>;
}

/** The command as it is published, bundled, with a configuration folder and a working folder of its own. */
export async function installCommand(env: Record<string, string> = {}): Promise<InstalledCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-cli-'));
  const path = await bundleCommand(join(folder, '.bundle'));
  const own = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    TZ: 'UTC',
    FUSION_CONFIG_DIR: join(folder, '.config'),
    ...env,
  };
  const run: InstalledCommand['run'] = async (args, options = {}) => {
    const child = spawn(process.execPath, [path, ...args], {
      cwd: options.cwd ?? folder,
      env: { ...own, ...options.env },
      stdio: 'pipe',
    });
    const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
    options.started?.(kill);
    child.stdout.once('data', () => options.answered?.(kill));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  };
  return {
    folder,
    path,
    env: own,
    run,
    json: async <T>(args: readonly string[], options?: RunOptions) => {
      const { code, stdout, stderr } = await run([...args, '--json'], options);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
      return JSON.parse(stdout) as T;
    },
    remove: async () => await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

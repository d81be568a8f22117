import { createInterface } from 'node:readline';

import type { Cli } from '../../../command/index.ts';
import { CliError, exitCodes, InterruptedError, usageError } from '../../../errors/index.ts';
import { oneLine } from '../../../output/index.ts';
import type { Output } from '../../../output/index.ts';
import { spawnPlatformProgram } from '../../../platform-package.ts';
import type { PlatformPackage } from '../../../platform-package.ts';

/** As the platform's program takes it: src/trial/request.ts there. */
export interface TrialRequest {
  readonly folder: string;
  readonly files: readonly string[];
  readonly inputs: readonly { readonly number: number | null; readonly path: string }[];
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly work: string;
  readonly to: string;
  readonly storage: string | null;
}

export interface Ended {
  readonly event: 'ended';
  readonly succeeded: boolean;
  readonly exit_type: string | null;
  readonly reason: string | null;
  readonly exit_code: number | null;
  readonly seconds: number | null;
  readonly peak_memory_bytes: number | null;
  readonly cpu_seconds: number | null;
  readonly outputs: readonly {
    readonly number: number;
    readonly name: string;
    readonly file: string;
    readonly path: string;
    readonly file_type: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  readonly warnings: readonly string[];
}

type Event =
  | { readonly event: 'refused'; readonly message: string; readonly faults: readonly string[] }
  | {
      readonly event: 'runs';
      readonly isolation: string;
      readonly warnings: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
      readonly inputs: readonly {
        readonly number: number;
        readonly file: string;
        readonly crs: string | null;
      }[];
    }
  | { readonly event: 'log'; readonly at: string; readonly stream: string; readonly message: string }
  | { readonly event: 'status'; readonly progress: number | null; readonly comment: string | null }
  | Ended;

/** Has the platform's program run the service, and shows what that says. @throws CliError when it cannot be run */
export async function runTrial(cli: Cli, installed: PlatformPackage, request: TrialRequest): Promise<Ended> {
  // In a group of its own: Ctrl-C reaches this command alone, which then has the service stopped in order.
  const child = spawnPlatformProgram(installed, 'try-service', [], {
    env: { ...cli.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  cli.signal.addEventListener('abort', stop, { once: true });
  try {
    const closed = new Promise<number | null>((settle, fail) => {
      child.once('close', settle);
      child.once('error', fail);
    });
    closed.catch(() => undefined);
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(JSON.stringify(request));
    let ended: Ended | undefined;
    for await (const line of createInterface({ input: child.stdout! })) {
      const event = JSON.parse(line) as Event;
      if (event.event === 'refused') throw refusal(cli.out, event);
      if (event.event === 'ended') ended = event;
      else show(cli.out, event);
    }
    const code = await closed;
    if (ended) return ended;
    if (cli.signal.aborted) throw new InterruptedError('Interrupted');
    throw new CliError(`The trial broke off (${String(code)}): it says why above`, {
      exitCode: exitCodes.fault,
      next: 'fusion-platform doctor',
    });
  } finally {
    cli.signal.removeEventListener('abort', stop);
  }
}

function refusal(out: Output, { message, faults }: Extract<Event, { event: 'refused' }>): Error {
  const [only] = faults;
  if (faults.length === 1) return usageError(`${message}: ${only!}`);
  for (const fault of faults) out.note(fault);
  return usageError(message);
}

function show(out: Output, event: Exclude<Event, Ended | { event: 'refused' }>): void {
  const { colours } = out.stderr;
  switch (event.event) {
    case 'runs':
      for (const { number, file, crs } of event.inputs)
        out.note(colours.dim(`input ${number}: ${oneLine(file)}${crs === null ? '' : ` (${crs})`}`));
      for (const [name, value] of Object.entries(event.options))
        out.note(colours.dim(`option ${name} = ${oneLine(String(value))}`));
      if (event.isolation === 'none')
        out.warn(
          `There is no sandbox here, so the service can reach whatever you can: ${event.warnings.join(' ')}`,
        );
      break;
    case 'log':
      out.note(event.stream === 'stderr' ? colours.yellow(event.message) : event.message);
      break;
    case 'status':
      out.note(
        colours.cyan(
          [event.progress === null ? '' : `${Math.floor(event.progress)} %`, oneLine(event.comment ?? '')]
            .filter(Boolean)
            .join('  '),
        ),
      );
  }
}

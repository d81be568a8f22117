import { createInterface } from 'node:readline';

import type { TrialEnd, TrialEvent, TrialRequest } from 'fusion-platform/service-file';

import type { Cli } from '../../../command/index.ts';
import { CliError, exitCodes, InterruptedError, usageError } from '../../../errors/index.ts';
import { oneLine } from '../../../output/index.ts';
import type { Output } from '../../../output/index.ts';
import { spawnPlatformProgram } from '../../../platform-package.ts';
import type { PlatformPackage } from '../../../platform-package.ts';

/** Has the platform's program run the service, and shows what that says. @throws CliError when it cannot be run */
export async function runTrial(
  cli: Cli,
  installed: PlatformPackage,
  request: TrialRequest,
): Promise<TrialEnd> {
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
    let ended: TrialEnd | undefined;
    for await (const line of createInterface({ input: child.stdout! })) {
      const event = JSON.parse(line) as TrialEvent;
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

function refusal(out: Output, { message, faults }: Extract<TrialEvent, { event: 'refused' }>): Error {
  const [only] = faults;
  if (faults.length === 1) return usageError(`${message}: ${only!}`);
  for (const fault of faults) out.note(fault);
  return usageError(message);
}

function show(out: Output, event: Exclude<TrialEvent, TrialEnd | { event: 'refused' }>): void {
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

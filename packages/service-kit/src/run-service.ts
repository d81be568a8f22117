import { resolve } from 'node:path';
import { describeError, ServiceError, Stopped } from './errors.ts';
import { readJob } from './job.ts';
import type { Job } from './job.ts';
import { Kit } from './kit.ts';
import { writeFailure, writeSuccess } from './outcome.ts';
import type { Dispatched } from './outcome.ts';
import { StatusFile } from './status.ts';

/** The work of a service: one call is one attempt of a component. */
export type Service = (job: Job, kit: Kit) => void | Promise<void>;

/**
 * Runs a service in this process on the job in `FUSION_JOB_DIR` (or the working directory), then ends the process:
 * with 0 and the outputs in `outcome.json`, or with 1 and a reason there. SIGTERM and SIGINT abort `kit.signal`;
 * ended so, the exit code is 143.
 */
export async function runService(service: Service): Promise<never> {
  const folder = resolve(process.env['FUSION_JOB_DIR'] || process.cwd());
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort(new Stopped()));
  const status = new StatusFile(folder);

  let kit: Kit | undefined;
  const fail = (error: unknown): never =>
    process.exit(reportFailure(folder, status, stop.signal, kit?.sent ?? [], error));
  // A rejection nobody awaits would otherwise end the process without an outcome.
  process.once('uncaughtException', fail);
  process.once('unhandledRejection', fail);

  try {
    const job = await readJob(folder);
    kit = new Kit(folder, job, status, stop.signal);
    status.progress(0);
    await service(job, kit);
    stop.signal.throwIfAborted();
    status.progress(100);
    status.flush();
    writeSuccess(folder, kit.outputs, kit.warnings, kit.sent);
  } catch (error) {
    return fail(error);
  }
  // Idle connections or a worker of a library must not keep a finished attempt alive.
  return process.exit(0);
}

/** Logs why an attempt failed, writes its outcome and answers the exit code. */
function reportFailure(
  folder: string,
  status: StatusFile,
  signal: AbortSignal,
  sent: Dispatched[],
  error: unknown,
): number {
  // Whatever an aborted call threw, the stop is the reason.
  const reason: unknown = signal.aborted ? signal.reason : error;
  const exitType = reason instanceof ServiceError ? reason.code : 'error';
  const message = describeError(reason);
  process.stderr.write(`${message}\n`);
  if (exitType === 'error' && reason instanceof Error && reason.stack)
    process.stderr.write(`${reason.stack}\n`);
  try {
    status.flush();
    writeFailure(folder, exitType, message, sent);
  } catch (cause) {
    process.stderr.write(`The outcome could not be written: ${describeError(cause)}\n`);
  }
  return exitType === 'stopped' ? 143 : 1;
}

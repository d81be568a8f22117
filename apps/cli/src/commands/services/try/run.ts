import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { TrialEnd, TrialRequest } from 'fusion-platform/service-file';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { CliError, exitCodes, InterruptedError, usageError } from '../../../errors/index.ts';
import { findPlatformPackage } from '../../../platform-package.ts';
import { checkFolder, refuseFaulty } from '../../../service-folder/index.ts';
import type { CheckedFolder } from '../../../service-folder/index.ts';
import { describeEnd } from './describe-end.ts';
import { runTrial } from './trial.ts';

interface Options extends CommonOptions {
  readonly input?: readonly string[];
  readonly option?: readonly string[];
  readonly to?: string;
  readonly fresh?: boolean;
}

/** What a trial leaves, which tells its folder from any other. */
const recordName = 'try.json';

export async function run(cli: Cli, options: Options, folder: string): Promise<number> {
  const checked = await checkFolder(folder, cli.signal);
  refuseFaulty(cli, checked, 'run');
  const installed = findPlatformPackage(cli.env);
  const to = resolve(options.to ?? join(folder, '.try'));
  await prepareFolder(to);
  const work = await mkdtemp(join(tmpdir(), 'fusion-try-'));
  cli.settleFirst();
  try {
    const request = await requestOf(cli, checked, options, { work, to });
    const ended = await runTrial(cli, installed, request);
    await writeFile(join(to, recordName), `${JSON.stringify(ended, null, 2)}\n`);
    return tell(cli, ended, to);
  } finally {
    // The supervisor of processes leaves half a second after its last one.
    await rm(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** @throws CliError for a folder with other things in it: what a trial made before is put out of the way */
async function prepareFolder(to: string): Promise<void> {
  const names = await readdir(to).catch((): string[] => []);
  if (names.length > 0 && !names.includes(recordName))
    throw usageError(`${to} has other things in it`, 'name a new folder with --to');
  await mkdir(to, { recursive: true });
  await writeFile(join(to, recordName), '{}\n');
}

async function requestOf(
  { env, out }: Cli,
  { folder, service, files }: CheckedFolder,
  options: Options,
  { work, to }: { readonly work: string; readonly to: string },
): Promise<TrialRequest> {
  const kept = join(to, 'storage.tar.gz');
  const hasKept = !options.fresh && (await stat(kept).catch(() => undefined))?.isFile() === true;
  const listed = service!.environment.flatMap(({ name }) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (listed.length > 0)
    out.note(
      `From your environment: ${listed.map(([name]) => name).join(', ')}. A published service gets the defaults of service.yaml alone`,
    );
  return {
    folder: resolve(folder),
    files: files.map(({ path }) => path),
    inputs: (options.input ?? []).map(readInput),
    options: (options.option ?? []).map(readOption),
    environment: Object.fromEntries(listed),
    work,
    to,
    storage: hasKept ? kept : null,
  };
}

/** `FILE`, or `N=FILE`. */
function readInput(given: string): TrialRequest['inputs'][number] {
  const [, number, path] = /^(\d{1,3})=(.+)$/s.exec(given) ?? [];
  return number === undefined
    ? { number: null, path: resolve(given) }
    : { number: Number(number), path: resolve(path!) };
}

function readOption(given: string): TrialRequest['options'][number] {
  const at = given.indexOf('=');
  if (at < 1) throw usageError(`--option takes NAME=VALUE, not "${given}"`);
  return { name: given.slice(0, at), value: given.slice(at + 1) };
}

function tell(cli: Cli, ended: TrialEnd, to: string): number {
  cli.out.result({
    json: { ...ended, folder: to },
    ids: ended.outputs.map(({ path }) => path),
    text: (sink) => describeEnd(sink, ended),
  });
  if (ended.succeeded) return exitCodes.success;
  if (cli.signal.aborted) throw new InterruptedError('Interrupted: the service was stopped');
  throw new CliError(ended.reason ?? 'The service failed', {
    exitCode: exitCodes.failed,
    next: `its job.json and what it wrote are in ${to}`,
  });
}

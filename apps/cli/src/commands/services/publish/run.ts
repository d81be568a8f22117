import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

import { RequestError } from 'fusion-platform';
import type { Organisation, ServiceVersion } from 'fusion-platform';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { CliError, exitCodes } from '../../../errors/index.ts';
import { organisationIds } from '../../../find/index.ts';
import { oneLine, TransferDisplay } from '../../../output/index.ts';
import { checkFolder, packFolder, refuseFaulty } from '../../../service-folder/index.ts';
import type { CheckedFolder } from '../../../service-folder/index.ts';
import { withImage } from './with-image.ts';

interface Options extends CommonOptions {
  readonly image?: string;
  readonly whitelist?: readonly string[];
}

export async function run(cli: Cli, options: Options, folder = '.'): Promise<void> {
  const checked = await checkFolder(folder, cli.signal);
  const described = options.image === undefined ? checked : withImage(checked, options.image);
  refuseFaulty(cli, described, 'published');
  const { session, organisation } = await cli.open();
  const { whitelist } = options;
  const organisations = whitelist && (await organisationIds(session, whitelist));
  cli.onInterrupt(['no version was published: run the same command again']);
  const before = await idsBefore(organisation, described);
  const version = await send(cli, organisation, described, organisations);
  tell(cli, version, before.has(version.id));
}

async function send(
  cli: Cli,
  organisation: Organisation,
  checked: CheckedFolder,
  organisations: readonly string[] | undefined,
): Promise<ServiceVersion> {
  const { service, text: serviceFile, folder } = checked;
  const common = { serviceFile, organisations, signal: cli.signal };
  const work = await mkdtemp(join(tmpdir(), 'fusion-publish-'));
  cli.settleFirst();
  try {
    if (service!.image !== null) return await organisation.publishService(common);
    const archive = join(work, `${basename(resolve(folder))}.tar.gz`);
    const total = await packFolder(checked, archive, cli.signal);
    const display = new TransferDisplay(cli.out, { title: 'Uploading', files: 1, total });
    try {
      return await organisation.publishService({
        ...common,
        archive,
        onProgress: ({ bytes }) => {
          display.moved(archive, bytes);
          if (bytes === total) display.stage('Checking');
        },
      });
    } finally {
      display.end();
    }
  } catch (error) {
    throw explain(cli, checked, error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The faults that only the platform sees, as `services check` writes those that it sees. */
function explain({ out }: Cli, { folder }: CheckedFolder, error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const faults = error.fields.filter(({ path }) => path.startsWith('service.yaml:'));
  if (faults.length === 0) return error;
  for (const { path, message } of faults) out.note(oneLine(`${join(folder, path)}: ${message}`));
  return new CliError(error.platformMessage ?? error.message, {
    exitCode: exitCodes.refused,
    next: `mend ${join(folder, 'service.yaml')}, and publish it again`,
  });
}

/** The versions there are already: the same content once more is answered with the one that has it. */
async function idsBefore(
  organisation: Organisation,
  { service }: CheckedFolder,
): Promise<ReadonlySet<string>> {
  const versions = await organisation.serviceVersions({ ssdId: service!.ssd_id }).toArray();
  return new Set(versions.map(({ id }) => id));
}

function tell({ out }: Cli, version: ServiceVersion, unchanged: boolean): void {
  const { id, name, version: number, state, organisations } = version;
  const reach = organisations ? `your organisation and ${organisations.length} more` : 'everybody';
  out.result({
    json: { ...version.toJSON(), unchanged },
    ids: [id],
    text: ({ colours }) =>
      [
        unchanged
          ? `${oneLine(name)}, version ${number}, is there already with this content: nothing has changed  ${colours.dim(id)}`
          : `${colours.green('✔')} Published ${oneLine(name)}, version ${number}  ${colours.dim(id)}`,
        state === 'pending'
          ? `  It waits for approval, then ${reach} can run it; your own organisation can run it now:`
          : `  It is ${state}.`,
        `  → fusion-platform start ${id}`,
      ].join('\n'),
  });
}

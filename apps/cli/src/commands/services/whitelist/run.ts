import type { Cli, CommonOptions } from '../../../command/index.ts';
import { usageError } from '../../../errors/index.ts';
import { findServiceVersion, organisationIds } from '../../../find/index.ts';
import { oneLine, plural } from '../../../output/index.ts';

interface Options extends CommonOptions {
  readonly all?: boolean;
}

export async function run(
  cli: Cli,
  options: Options,
  which: string,
  names: readonly string[],
): Promise<void> {
  if (options.all && names.length > 0) throw usageError('Name organisations, or give --all, not both');
  const { session, organisation } = await cli.open();
  const found = await findServiceVersion(organisation, which);
  const ids = options.all ? null : await organisationIds(session, names);
  const version = await found.changeOrganisations(ids, { signal: cli.signal });
  cli.out.result({
    json: version,
    ids: [version.id],
    text: () =>
      `${oneLine(version.name)}, version ${version.version}: for ${ids === null ? 'all organisations' : `your own organisation and ${plural(ids.length, 'other')}`}`,
  });
}

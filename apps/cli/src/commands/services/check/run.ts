import type { Cli, CommonOptions } from '../../../command/index.ts';
import { exitCodes } from '../../../errors/index.ts';
import { oneLine, plural } from '../../../output/index.ts';
import { checkFolder, describeFault } from '../../../service-folder/index.ts';
import type { CheckedFolder } from '../../../service-folder/index.ts';

export async function run(cli: Cli, _: CommonOptions, folders: readonly string[]): Promise<number> {
  const checked: CheckedFolder[] = [];
  for (const folder of folders) checked.push(await checkFolder(folder, cli.signal));
  cli.out.result({
    json: checked.map(({ folder, service, files, faults }) => ({
      folder,
      valid: faults.length === 0,
      name: service?.name ?? null,
      ssd_id: service?.ssd_id ?? null,
      version: service?.version ?? null,
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      faults,
    })),
    ids: checked.flatMap(({ faults }) => faults.map((fault) => oneLine(describeFault(fault)))),
    text: ({ colours }) =>
      checked
        .flatMap(({ folder, service, files, faults }) =>
          faults.length === 0
            ? [
                `${colours.green('✔')} ${folder}: ${oneLine(service!.name)}, version ${service!.version}, ${plural(files.length, 'file')}`,
              ]
            : [
                ...faults.map((fault) => oneLine(describeFault(fault))),
                `${colours.red('✖')} ${folder}: ${plural(faults.length, 'fault')}`,
              ],
        )
        .join('\n'),
  });
  return checked.every(({ faults }) => faults.length === 0) ? exitCodes.success : exitCodes.usage;
}

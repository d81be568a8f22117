import type { Cli, CommonOptions } from '../../command/index.ts';
import { exitCodes } from '../../errors/index.ts';
import { oneLine, plural } from '../../output/index.ts';
import { checkArchive, faultsOf, manifestName, parseReceipt, receiptName } from '../../receipt/index.ts';

export async function run(cli: Cli, _: CommonOptions, paths: readonly string[]): Promise<number> {
  const checked: { path: string; members: number; process: string; faults: readonly string[] }[] = [];
  for (const path of paths) {
    const { members, texts } = await checkArchive(path, [receiptName, manifestName]);
    const receipt = parseReceipt(texts.get(receiptName), path);
    const faults = faultsOf(members, texts);
    checked.push({ path, members: members.size, process: receipt.process.name, faults });
  }
  cli.out.result({
    json: checked.map((one) => ({ ...one, whole: one.faults.length === 0 })),
    ids: checked.filter(({ faults }) => faults.length === 0).map(({ path }) => path),
    text: ({ colours }) =>
      checked
        .map(({ path, members, process, faults }) =>
          faults.length === 0
            ? `${colours.green('✔')} ${path}: ${oneLine(process)}, ${plural(members, 'member')}, all as written`
            : [
                `${colours.red('✖')} ${path}: ${oneLine(process)}`,
                ...faults.map((fault) => `    ${oneLine(fault)}`),
              ].join('\n'),
        )
        .join('\n'),
  });
  return checked.every(({ faults }) => faults.length === 0) ? exitCodes.success : exitCodes.failed;
}

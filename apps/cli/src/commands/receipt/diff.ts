import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Cli, CommonOptions } from '../../command/index.ts';
import { exitCodes } from '../../errors/index.ts';
import { oneLine } from '../../output/index.ts';
import {
  comparePixels,
  compareReceipts,
  parseReceipt,
  receiptName,
  unpackArchive,
} from '../../receipt/index.ts';
import type { Receipt } from '../../receipt/index.ts';

type Outputs = ReturnType<typeof compareReceipts>['outputs'];

interface OutputDifference {
  readonly where: string;
  readonly pixels: number | null;
  readonly different_pixels: number | null;
  /** Of them, those that have a value in one raster alone. */
  readonly in_one_alone: number | null;
  readonly largest: number | null;
  readonly mean: number | null;
  readonly note: string | null;
}

export async function run(cli: Cli, _: CommonOptions, a: string, b: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-diff-'));
  try {
    const [one, other] = [await unpack(a, join(folder, 'a')), await unpack(b, join(folder, 'b'))];
    const { differences, outputs } = compareReceipts(one, other);
    const looked = await lookInto(outputs, folder);
    const same = differences.length === 0 && looked.length === 0;
    cli.out.result({
      json: { same, differences, outputs: looked },
      ids: [...differences.map(({ where }) => where), ...looked.map(({ where }) => where)],
      text: ({ colours }) =>
        [
          ...differences.map(
            ({ kind, where, a: x, b: y }) =>
              `${colours.bold(kind)}  ${oneLine(where)}: ${colours.red(shown(x))} → ${colours.green(shown(y))}`,
          ),
          ...looked.map((output) => `${colours.bold('output')}  ${oneLine(output.where)}: ${told(output)}`),
          ...(same ? ['Nothing differs'] : []),
        ].join('\n'),
    });
    return same ? exitCodes.success : exitCodes.failed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of checksums the beginning will do for people: `--json` has them whole. */
const shown = (value: string | null): string =>
  oneLine(value ?? 'none').replaceAll(/\b([\da-f]{12})[\da-f]{52}\b/g, '$1');

async function unpack(path: string, folder: string): Promise<Receipt> {
  await unpackArchive(path, folder);
  const text = await readFile(join(folder, receiptName), 'utf8').catch(() => undefined);
  return parseReceipt(text, path);
}

async function lookInto(outputs: Outputs, folder: string): Promise<OutputDifference[]> {
  const found: OutputDifference[] = [];
  for (const { where, a, b } of outputs) {
    const empty = {
      where,
      pixels: null,
      different_pixels: null,
      in_one_alone: null,
      largest: null,
      mean: null,
    };
    const raster = [a, b].every(({ file_type: type }) => type === 'GeoTIFF' || type === 'DEM');
    if (a.path === null || b.path === null) {
      found.push({ ...empty, note: 'a receipt was made without data' });
    } else if (raster) {
      const compared = await comparePixels(join(folder, 'a', a.path), join(folder, 'b', b.path));
      if (typeof compared === 'string') found.push({ ...empty, note: compared });
      else {
        const { pixels, different, inOneAlone, largest, mean } = compared;
        found.push({
          where,
          pixels,
          different_pixels: different,
          in_one_alone: inOneAlone,
          largest,
          mean,
          note: null,
        });
      }
    } else found.push({ ...empty, note: `${a.size} and ${b.size} bytes, of other content` });
  }
  return found;
}

function told({
  pixels,
  different_pixels: different,
  in_one_alone: alone,
  largest,
  mean,
  note,
}: OutputDifference): string {
  if (pixels === null || different === null) return note ?? 'differs';
  if (different === 0) return 'other bytes, but every pixel is the same';
  const share = ((100 * different) / pixels).toPrecision(3);
  const without = alone ? `, ${alone.toLocaleString('en-GB')} of them with a value in one alone` : '';
  if (different === alone)
    return `${different.toLocaleString('en-GB')} of ${pixels.toLocaleString('en-GB')} pixels differ (${share} %)${without}`;
  return `${different.toLocaleString('en-GB')} of ${pixels.toLocaleString('en-GB')} pixels differ (${share} %), by ${largest} at most, ${Number(mean?.toPrecision(4))} on average${without}`;
}

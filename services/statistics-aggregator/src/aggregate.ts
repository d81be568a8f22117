import { readFile, writeFile } from 'node:fs/promises';

import { combineStatistics, formatStatistics, parseStatistics, StatisticsError } from '@fusion-platform/geo';
import type { StatisticsRow } from '@fusion-platform/geo';
import { Refusal } from '@fusion-platform/service-kit';
import type { InputFile, Job, Kit } from '@fusion-platform/service-kit';

/** The rows of a selector in all files, and which files those are. */
interface Gathered {
  readonly rows: StatisticsRow[];
  readonly files: Set<string>;
}

/** Combines the statistics of the parts of a group to those of the whole, a row for each selector. */
export async function aggregate(_: Job, kit: Kit): Promise<void> {
  const files = kit.input(1);
  if (files.length === 0) kit.refuse('There are no statistics to combine: the input has no file');
  const gathered = await gather(files, kit);
  const rows = [...gathered.values()].map((part) => combined(part));
  const origins = [...gathered.values()].map((part) => ({
    file_count: String(part.files.size),
    files: [...part.files].join(';'),
  }));
  for (const [index, { selector, count }] of rows.entries())
    kit.log(`${selector}: ${count} values from ${origins[index]?.file_count} files`);
  const output = kit.output(1, 'aggregated_statistics.csv', {
    title: 'Aggregated statistics',
    description: `Statistics of ${files.length} files together, a row for each selector`,
  });
  await writeFile(output, formatStatistics(rows, origins));
}

/** By selector, in the order in which selectors first appear. */
async function gather(files: readonly InputFile[], kit: Kit): Promise<Map<string, Gathered>> {
  const gathered = new Map<string, Gathered>();
  for (const [index, { path, name }] of files.entries()) {
    kit.progress((90 * index) / files.length, `Reading ${name}`);
    const text = await readFile(path, { encoding: 'utf8', signal: kit.signal });
    for (const row of refusing(name, () => parseStatistics(text))) {
      const part = gathered.get(row.selector) ?? { rows: [], files: new Set<string>() };
      gathered.set(row.selector, part);
      part.rows.push(row);
      part.files.add(distinct(name, index, files));
    }
  }
  return gathered;
}

function combined({ rows, files }: Gathered): StatisticsRow {
  return refusing([...files].join(', '), () => combineStatistics(rows));
}

/** Parts of a group may well have files of one name: those are told apart by their place. */
function distinct(name: string, index: number, files: readonly InputFile[]): string {
  return files.some((other, place) => place !== index && other.name === name) ? `${index + 1}/${name}` : name;
}

/** What is wrong with the statistics is for the user, with the files that it is wrong with. */
function refusing<T>(of: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StatisticsError) throw new Refusal(`${of}: ${error.message}`, { cause: error });
    throw error;
  }
}

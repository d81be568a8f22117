import { relative } from 'node:path';

import type { TrialEnd } from 'fusion-platform/service-file';

import { binaryBytes, bytes, duration, oneLine } from '../../../output/index.ts';
import type { Sink } from '../../../output/index.ts';

/** What a trial made, for people. */
export function describeEnd({ colours }: Sink, ended: TrialEnd): string {
  const used = [
    ended.seconds === null ? undefined : duration(ended.seconds),
    ended.peak_memory_bytes === null
      ? undefined
      : `at most ${binaryBytes(ended.peak_memory_bytes)} of memory`,
    ended.cpu_seconds === null ? undefined : `${ended.cpu_seconds.toFixed(1)} s of processor time`,
  ].filter((part) => part !== undefined);
  const mark = ended.succeeded
    ? colours.green('✔ succeeded')
    : colours.red(`✖ failed: ${ended.exit_type ?? ''}`);
  return [
    `${mark}  ${colours.dim(used.join(', '))}`,
    ...ended.warnings.map((warning) => `  ${colours.yellow('warning:')} ${oneLine(warning)}`),
    ...ended.outputs.map(
      ({ number, name, path, size, file_type: type }) =>
        `  ${number} ${oneLine(name)}  ${oneLine(shown(path))}  ${colours.dim(`${type}, ${bytes(size)}`)}`,
    ),
  ].join('\n');
}

/** As it is typed from here, unless that is the longer way. */
function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith('..') ? path : below;
}

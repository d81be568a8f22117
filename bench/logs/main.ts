/** How long `downloadLogFile` takes and what memory it needs, side by side with curl and the Python client. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { csvParse } from 'd3-dsv';

import { testFolder } from '../../e2e/support/platform.ts';
import { pythonClient } from '../../e2e/support/python.ts';
import { spreadOf, told } from '../statistics.ts';
import { curl, python, sdk, writeCurlConfig } from './measure.ts';
import { chat, startWithChatty } from './prepare.ts';

/** What the project promises. */
const targets = { timesCurl: 1.2, addedMb: 64, timesPython: 25 };
/** The Python client gets all records only if that takes no longer. */
const longestPythonSeconds = 120;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    pairs: { type: 'string', default: '7' },
    'no-python': { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const pairs = Number(values.pairs);
if (!(Number.isInteger(records) && records >= 10 && Number.isInteger(pairs) && pairs >= 1)) {
  throw new Error('--records takes a number from 10, --pairs one from 1');
}

const folder = await testFolder();
const platform = await startWithChatty(folder.path);
try {
  process.exitCode = (await compare(platform.url)) ? 0 : 1;
} finally {
  await platform.stop();
  await folder.remove();
}

/** Prints what it sees. Whether the targets are met. */
async function compare(url: string): Promise<boolean> {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${records} records, ${pairs} pairs`);
  const chatty = await chat(url, records);
  const path = join(folder.path, 'logs.csv');
  const config = join(folder.path, 'curl.txt');

  // The warm-up: the platform has answered everything once before anything counts.
  const warm = await sdk(url, 'record', chatty, path);
  await writeCurlConfig(config, warm);
  const { bytes } = await curl(config);
  console.log(`${(bytes / 1024 / 1024).toFixed(1)} MB over the wire`);

  const times: { sdk: number; curl: number; addedMb: number }[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const baseline = await sdk(url, 'login');
    // Whoever goes first is at no advantage over all pairs.
    const curlFirst = pair % 2 === 0 ? await curl(config) : undefined;
    const ours = await sdk(url, 'download', chatty, path);
    const theirs = curlFirst ?? (await curl(config));
    const addedMb = ours.peakMb - baseline.peakMb;
    times.push({ sdk: ours.seconds, curl: theirs.seconds, addedMb });
    console.log(
      `pair ${pair}: SDK ${ours.seconds.toFixed(2)} s, curl ${theirs.seconds.toFixed(2)} s, ` +
        `ratio ${(ours.seconds / theirs.seconds).toFixed(2)}; peak ${ours.peakMb.toFixed(0)} MB, ` +
        `after the login alone ${baseline.peakMb.toFixed(0)} MB, added ${addedMb.toFixed(0)} MB`,
    );
  }
  const rows = csvParse(await readFile(path, 'utf8'));
  const whole =
    rows.length === records &&
    rows.columns.join() === 'logged_at,message' &&
    rows.every(({ message }, index) => message?.startsWith(`record ${records - index}: `));
  const ratio = spreadOf(times.map((time) => time.sdk / time.curl));
  const added = spreadOf(times.map(({ addedMb }) => addedMb));
  const median = spreadOf(times.map((time) => time.sdk)).median;
  const timesPython = values['no-python'] ? undefined : await comparePython(url, chatty, median);

  const judged = [
    [`time: ${told(ratio)} times curl's, at most ${targets.timesCurl}`, ratio.median <= targets.timesCurl],
    // No run may need more, not only most of them.
    [`added memory: ${told(added, ' MB', 0)}, under ${targets.addedMb}`, added.most < targets.addedMb],
    ...(timesPython === undefined
      ? []
      : [
          [
            `the Python client: ${timesPython.toFixed(1)} times as long, at least ${targets.timesPython}`,
            timesPython >= targets.timesPython,
          ] as const,
        ]),
    [`the CSV: ${rows.length} rows after its header, newest first`, whole],
  ] as const;
  for (const [what, met] of judged) console.log(`${met ? 'met' : 'MISSED'}  ${what}`);
  return judged.every(([, met]) => met);
}

/** How many times as long as the SDK the Python client takes; undefined where it cannot be asked. */
async function comparePython(url: string, all: string, sdkSeconds: number): Promise<number | undefined> {
  const client = await pythonClient();
  if ('missing' in client) {
    console.log(`Python client: not measured, ${client.missing}`);
    return undefined;
  }
  const path = join(folder.path, 'python.csv');
  const fewer = Math.floor(records / 10);
  const tenth = await python(client.python, url, await chat(url, fewer), path);
  const scaled = (tenth * records) / fewer;
  if (scaled > longestPythonSeconds) {
    console.log(
      `Python client: ${tenth.toFixed(1)} s for ${fewer} records, so about ${scaled.toFixed(0)} s for all (scaled): ` +
        `${(scaled / sdkSeconds).toFixed(0)} times the SDK's median`,
    );
    return scaled / sdkSeconds;
  }
  const seconds = await python(client.python, url, all, path);
  console.log(
    `Python client: ${seconds.toFixed(1)} s for all: ${(seconds / sdkSeconds).toFixed(1)} times the SDK's median`,
  );
  return seconds / sdkSeconds;
}

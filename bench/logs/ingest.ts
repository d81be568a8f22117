/** How fast the lines of a component come into the database, beside COPY of the same rows. */
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { csvFormatRow } from 'd3-dsv';

import { copyLogs } from '../../apps/platform/src/testing/copy-logs.ts';
import { logIn } from '../../e2e/support/api.ts';
import { flow, square } from '../../e2e/support/flow.ts';
import { email, password, testFolder } from '../../e2e/support/platform.ts';
import type { RunningPlatform } from '../../e2e/support/platform.ts';
import { onEachDatabase } from '../databases.ts';
import { processorMilliseconds } from '../processor-time.ts';
import { tellTargets } from '../targets.ts';
import { startWithChatty } from './prepare.ts';

/** What the project promises. */
const targets = { ofCopy: 0.5, p95Milliseconds: 50 };

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    'no-postgresql': { type: 'boolean', default: false },
    /** A folder for a profile of the platform by `--cpu-prof`. */
    profile: { type: 'string' },
  },
});
const lines = Number(values.lines);

const judged: (readonly [string, boolean])[] = [];
console.log(`Node ${process.version}, ${availableParallelism()} cores, ${lines} lines`);
await onEachDatabase({ postgresql: !values['no-postgresql'] }, onDatabase);
tellTargets(judged);

async function onDatabase(
  name: string,
  { DATABASE_URL: url }: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = await testFolder();
  const csv = join(folder.path, 'rows.csv');
  // The server of the database, which is another user, reads the file.
  await chmod(folder.path, 0o755);
  try {
    const platform = await startWithChatty(folder.path, {
      ...(url ? { DATABASE_URL: url } : {}),
      ...(values.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(values.profile, name)}` } : {}),
    });
    let ingested: Ingested;
    try {
      ingested = await ingest(platform, csv);
    } finally {
      await platform.stop();
    }
    const where = url ? { url } : { folder: join(folder.path, 'platform', 'database') };
    const copied = lines / (await copyLogs(csv, where));
    const { perSecond, p95, looks, whole, microseconds } = ingested;
    const ratio = perSecond / copied;
    console.log(
      `${name}: ${perSecond.toFixed(0)} lines a second from the first to the last, COPY ${copied.toFixed(0)}, ratio ${ratio.toFixed(2)}; ` +
        `processor time of the platform ${microseconds.toFixed(1)} µs a line; ` +
        `GET component meanwhile p95 ${p95.toFixed(1)} ms of ${looks}`,
    );
    judged.push(
      [`${name}: ${ratio.toFixed(2)} of COPY's rate, at least ${targets.ofCopy}`, ratio >= targets.ofCopy],
      [`${name}: every line once and in order`, whole],
      [
        `${name}: GET component meanwhile p95 ${p95.toFixed(1)} ms, at most ${targets.p95Milliseconds}`,
        p95 <= targets.p95Milliseconds,
      ],
    );
  } finally {
    await folder.remove();
  }
}

interface Ingested {
  readonly perSecond: number;
  readonly p95: number;
  readonly looks: number;
  /** Of the platform's processor time, a line. */
  readonly microseconds: number;
  readonly whole: boolean;
}

/** Has a service write its lines, looking at the component all the time; then reads them back into a file for COPY. */
async function ingest({ url, child }: RunningPlatform, csv: string): Promise<Ingested> {
  const session = await logIn(url, email, password);
  const analyst = flow(url, session);
  const { id } = await analyst.upload(JSON.stringify(square));
  const made = await analyst.process('Chatty', id, { records: String(lines) });
  const spent = processorMilliseconds(child.pid!);
  const execution = await analyst.execute(made);
  const [component] = await analyst.components(execution);
  const at = `/process_service_executions/${String(component!['id'])}`;
  const answers: number[] = [];
  for (;;) {
    const before = performance.now();
    const { ended_at: ended, success, abort_reason: reason } = await analyst.model('GET', at);
    answers.push(performance.now() - before);
    if (ended !== undefined && success === false) throw new Error(`Chatty failed: ${String(reason)}`);
    if (ended !== undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const microseconds = ((processorMilliseconds(child.pid!) - spent) * 1000) / lines;
  const response = await fetch(`${url}/organisations/${session.organisation}${at}/logs/file?format=ndjson`, {
    headers: { authorization: `Bearer ${session.token}` },
  });
  if (!response.ok) throw new Error(`the log: ${response.status} ${await response.text()}`);
  let count = 0;
  let whole = true;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  const rows = async function* (): AsyncGenerator<string> {
    for await (const line of createInterface({ input: Readable.fromWeb(response.body as never) })) {
      const record = JSON.parse(line) as Record<string, string>;
      count += 1;
      whole &&= record['message']!.startsWith(`record ${count}: `);
      // When it was stored: the time of the engine from the first line to the last.
      const stored = Date.parse(record['created_at']!);
      first = Math.min(first, stored, Date.parse(record['logged_at']!));
      last = Math.max(last, stored);
      const fields = [
        record['process_service_execution_id']!,
        String(record['attempt']),
        'stdout',
        record['logged_at']!,
        record['message']!,
      ];
      yield `${csvFormatRow(fields)}\n`;
    }
  };
  await pipeline(Readable.from(rows()), createWriteStream(csv, { mode: 0o644 }));
  return {
    perSecond: (lines * 1000) / (last - first),
    p95: answers.toSorted((a, b) => a - b)[Math.floor(answers.length * 0.95)]!,
    looks: answers.length,
    microseconds,
    whole: whole && count === lines,
  };
}

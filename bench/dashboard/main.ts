/** How quickly the dashboard opens and scrolls what is large, beside the same data in a plain table; and how much script it is. */
import { execFile } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { login } from 'fusion-platform';
import type { Organisation, RunDetails } from 'fusion-platform';
import type { Page } from 'playwright-core';

import { launch, openPage, signIn } from '../../e2e/dashboard/browser.ts';
import { startRun } from '../../e2e/dashboard/stage.ts';
import { email, password, root, startPlatform, testFolder } from '../../e2e/support/platform.ts';
import { writeChain } from '../engine/services.ts';
import { tellTargets } from '../targets.ts';
import { costOf, measurePlain, openAndScroll } from './measure.ts';
import type { Measured, PlainRows } from './measure.ts';

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '1000' },
    lines: { type: 'string', default: '1000000' },
  },
});
const [slices, lines] = [Number(values.slices), Number(values.lines)];
const judged: (readonly [string, boolean])[] = [];

/** A square of about 10 by 10 km on the equator. */
const side = 0.09;
const region = JSON.stringify({
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [side, 0],
      [side, side],
      [0, side],
      [0, 0],
    ],
  ],
});

await promisify(execFile)(process.execPath, [join(root, 'apps/dashboard/scripts/build.mjs')], { cwd: root });
const folder = await testFolder();
const services = join(folder.path, 'services');
await writeChain(services, {
  name: 'Slice',
  command: ['sh', '-c', 'mkdir -p outputs/1 && echo done > outputs/1/result.bin'],
  files: {},
  length: 1,
  slicing: 99.2 / slices,
});
const settings = {
  FUSION_SERVICES: `${services},${join(root, 'e2e/services')}`,
  FUSION_STOP_DELAY_SECONDS: '0',
  // The rows are what is measured, not how they come to be.
  FUSION_SLOTS: '8',
  FUSION_GROUP_EXECUTIONS: '8',
};
let platform = await startPlatform(folder.path, settings);
const browser = await launch();
try {
  const { user } = await login({ apiUrl: platform.url, email, password, pollInterval: 1000 });
  const organisation = (await user.organisations().first())!;
  const data = await organisation.createData({
    name: 'Square',
    fileType: 'GeoJSON',
    files: [{ name: 'square.geojson', data: new TextEncoder().encode(region) }],
    wait: true,
  });
  console.log(`Running ${slices} slices …`);
  const group = await startRun(organisation, 'Slice', { region: data.id, name: 'Slices' });
  const run = await ended(organisation, group);
  console.log(`Writing ${lines} lines …`);
  const talk = await startRun(organisation, 'Chatty', {
    region: data.id,
    name: 'Talk',
    values: { records: String(lines) },
  });
  const component = (await ended(organisation, talk)).executions[0]!.components[0]!.id;

  // What is opened first is looked at by a platform that has just started: it remembers nothing.
  await platform.stop();
  platform = await startPlatform(folder.path, settings);
  const { page } = await openPage(browser, { url: platform.url });
  await signIn(page, email, password);
  const at = (path: string): string => `${platform.url}/o/${organisation.id}${path}`;
  await judge(
    `${lines} lines`,
    page,
    at(`/components/${component}`),
    '.log-row .log-text',
    '.log-lines',
    lines,
  );
  await judge(
    `${run.executions.length} slices`,
    page,
    at(`/runs/${group}?tab=executions`),
    '.executions-row',
    '.executions',
    run.executions.map((one) => [String(one.group_index), one.state, one.started_at, one.ended_at ?? '']),
  );

  for (const path of [
    '/',
    '/runs',
    `/runs/${group}`,
    `/components/${component}`,
    '/processes',
    '/services',
    '/data',
    '/organisation',
  ]) {
    const { calls, files, script } = await costOf(page, at(path));
    const name = path.split('/')[1] || 'home';
    console.log(
      `opening ${name}: ${calls.length} requests of the API, ${files} files, ${(script / 1000).toFixed(0)} kB of script`,
    );
    for (const call of calls) console.log(`    ${call}`);
    judged.push([`script of ${name} under 250 kB packed`, script < 250_000]);
  }
} finally {
  await browser.close();
  await platform.stop();
  await folder.remove();
}
tellTargets(judged);

/** How a run stands once it has ended, asked for now and then: to wait for each of 1,000 executions would be work of its own. */
async function ended(of: Organisation, id: string): Promise<RunDetails> {
  for (let told = 0; ; told += 1) {
    const found = await of.run(id);
    if (found.run.ended_at) return found;
    if (told % 15 === 14) console.log(`… ${found.run.progress} %`);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function judge(
  what: string,
  page: Page,
  url: string,
  row: string,
  scroller: string,
  rows: PlainRows,
): Promise<void> {
  const [load = 0] = loadavg();
  const ours = await openAndScroll(page, async () => await page.goto(url), { row, scroller, rounds: 5 });
  say(`${what}, dashboard, at a load of ${load.toFixed(1)} on ${availableParallelism()} processors`, ours);
  const plain = await measurePlain(rows, 60_000);
  if (typeof plain === 'string') console.log(`${what}, plain table: ${plain}`);
  else {
    say(`${what}, plain table`, plain);
    console.log(
      `${what}: the plain table takes ${(plain.open / ours.open).toFixed(1)} times as long to open`,
    );
  }
  judged.push([`${what} open in under a second`, ours.open < 1000]);
  judged.push([`${what} open in under a second after a start`, ours.first < 1000]);
  judged.push([`${what} scroll without a frame over 50 ms`, ours.longestFrame < 50]);
}

function say(what: string, { open, first, longestFrame, frames, late, processor }: Measured): void {
  console.log(
    `${what}: open ${open.toFixed(0)} ms (the first time ${first.toFixed(0)}), longest frame ${longestFrame.toFixed(0)} ms, ${late} of ${frames} frames over 50 ms, ${processor.toFixed(1)} ms of the processor a frame`,
  );
}

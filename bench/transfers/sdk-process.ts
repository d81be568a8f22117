/** One fresh process that uses the SDK: `login` logs in and no more, `up` uploads a file, `down` downloads one. */
import { readFileSync } from 'node:fs';
import { cpuUsage, env, resourceUsage, stdin } from 'node:process';
import { text } from 'node:stream/consumers';

import { login } from 'fusion-platform';

const [mode = 'login', path = '', dataId = ''] = process.argv.slice(2);
const session = await login({
  apiUrl: env['FUSION_URL']!,
  email: env['FUSION_EMAIL']!,
  password: env['FUSION_PASSWORD']!,
  pollInterval: 50,
});
const organisation = (await session.user.organisations().first())!;
const { first: found } = await organisation.findData({ id: dataId === '' ? crypto.randomUUID() : dataId });
const file = found && (await found.files().first());
console.log('logged in');
// Until whoever started this program says that it may go on.
await text(stdin);
let started = performance.now();
let ended = started;
let before = cpuUsage();
let processor = 0;
let data = dataId;
if (mode === 'up') {
  // Until the last byte is stored: what the platform then finds out about the file is no part of it.
  const made = await organisation.createData({
    name: 'By the SDK',
    fileType: 'Other',
    files: [path],
    onProgress: ({ stage, uploaded }) => {
      if (stage === 'upload' && uploaded > 0 && started === ended) start();
      if (stage === 'analysis' && ended <= started) end();
    },
  });
  ({ id: data } = made);
  await made.createComplete({ wait: true, onProgress: end });
} else if (mode === 'down') {
  start();
  await file!.download({ path });
  end();
}
console.log(JSON.stringify({ seconds: (ended - started) / 1000, processor, peakMb: peakKb() / 1024, data }));

function start(): void {
  started = performance.now();
  before = cpuUsage();
}

function end(): void {
  ended = performance.now();
  const { user, system } = cpuUsage(before);
  processor = (user + system) / 1e6;
}

/** Of this program alone: on Linux `maxRSS` begins with what the parent had when it forked. */
function peakKb(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  } catch {
    return resourceUsage().maxRSS;
  }
}

/**
 * One fresh process that uses the SDK, for `measure.ts`: `login` logs in and no more, `download` also writes the log,
 * `record` writes it and tells from where it came. Prints what it saw as JSON.
 */
import { readFileSync } from 'node:fs';
import { env, resourceUsage } from 'node:process';

import { login } from 'fusion-platform';

const [mode = 'login', processId = '', path = ''] = process.argv.slice(2);
const addresses: string[] = [];
const recorder: typeof fetch = async (input, init) => {
  if (typeof input === 'string') addresses.push(input);
  return await fetch(input, init);
};
const session = await login({
  apiUrl: env['FUSION_URL']!,
  email: env['FUSION_EMAIL']!,
  password: env['FUSION_PASSWORD']!,
  ...(mode === 'record' ? { fetch: recorder } : {}),
});
let seconds = 0;
if (mode !== 'login') {
  const organisation = await session.user.organisations().first();
  const { first: found } = await organisation!.findProcesses({ id: processId });
  const execution = await found!.executions().first();
  const component = await execution!.components().first();
  const started = performance.now();
  await component!.downloadLogFile(path);
  seconds = (performance.now() - started) / 1000;
}
const address = addresses.find((each) => new URL(each).pathname.endsWith('/logs/file'));
console.log(JSON.stringify({ seconds, peakMb: peakKb() / 1024, address, token: session.accessToken }));

/** Of this program alone: on Linux `maxRSS` begins with what the parent had when it forked. */
function peakKb(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
  } catch {
    return resourceUsage().maxRSS;
  }
}

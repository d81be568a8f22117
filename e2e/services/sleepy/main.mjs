import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const { options, component } = JSON.parse(readFileSync('job.json', 'utf8'));
// An attempt that is to be lost in its midst may last longer than the one after it.
const seconds = (component.attempt === 1 && options.first) || (options.seconds ?? 2);
const steps = Math.max(1, Math.round(seconds * 5));
for (let step = 0; step < steps; step += 1) {
  await wait((seconds * 1000) / steps);
  const progress = Math.round((100 * (step + 1)) / steps);
  writeFileSync('status.json.partial', JSON.stringify({ progress, comment: `Step ${step + 1} of ${steps}` }));
  renameSync('status.json.partial', 'status.json');
  console.log(`Step ${step + 1} of ${steps}`);
}
mkdirSync('outputs/1', { recursive: true });
writeFileSync('outputs/1/slept.csv', `seconds\n${seconds}\n`);

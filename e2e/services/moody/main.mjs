import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

// A service whose ways of failing are its options.
const job = JSON.parse(readFileSync('job.json', 'utf8'));
const { options, component, execution, region, resources } = job;
console.log(`Attempt ${component.attempt} with ${resources.memory_mb} MB`);

function end(exit_type, abort_reason) {
  writeFileSync('outcome.json', JSON.stringify({ success: false, exit_type, abort_reason }));
  process.exit(1);
}
if (component.attempt <= (options.transient ?? 0)) end('transient', 'The archive does not answer');
if (component.attempt <= (options.refused ?? 0)) end('refused', 'There is nothing to be had');
if (execution.group_index !== null && options.bad_slice === execution.group_index && component.attempt === 1)
  end('refused', 'There is nothing to be had of this slice');
if (options.hungry_mb) {
  const held = [];
  while (held.length < options.hungry_mb / 8) held.push(Buffer.alloc(8 * 2 ** 20, held.length));
  console.log(`Held ${held.length * 8} MB`);
}
if (options.count) {
  const path = 'storage/count.txt';
  const count = (existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0) + 1;
  writeFileSync(path, String(count));
  console.log(`Count ${count}`);
}
if (options.warn)
  writeFileSync('outcome.json', JSON.stringify({ success: true, abort_reason: 'Some of it is guessed' }));
mkdirSync('outputs/1', { recursive: true });
writeFileSync(
  'outputs/1/moods.csv',
  `slice,vertices\n${execution.group_index ?? 'whole'},${JSON.stringify(region).split('],[').length}\n`,
);

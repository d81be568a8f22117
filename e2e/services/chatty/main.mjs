import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { options } = JSON.parse(readFileSync('job.json', 'utf8'));
const records = options.records ?? 100;
const sayings = [
  'a, b and "c"',
  "it's fine; 50 % done",
  'Glasgow, Glaschu, グラスゴー, 🌍',
  '=1+1',
  'tab\there, back\\slash',
  '',
];
for (let start = 1; start <= records; start += 1000) {
  const lines = [];
  for (let number = start; number <= Math.min(records, start + 999); number += 1) {
    lines.push(`record ${number}: ${sayings[number % sayings.length]}`);
  }
  // One write for many records, as a pipe sees them from a fast program.
  if (!process.stdout.write(`${lines.join('\n')}\n`)) {
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}
mkdirSync('outputs/1', { recursive: true });
writeFileSync('outputs/1/chatted.csv', `records\n${records}\n`);

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

// Puts the files of an input together: the first line of the first, and the others of all.
const { inputs } = JSON.parse(readFileSync('job.json', 'utf8'));
const texts = inputs[0].files.map(({ path }) => readFileSync(path, 'utf8').trimEnd().split('\n'));
mkdirSync('outputs/1', { recursive: true });
writeFileSync(
  'outputs/1/gathered.csv',
  `${[texts[0][0], ...texts.flatMap((lines) => lines.slice(1))].join('\n')}\n`,
);
console.log(`Gathered ${texts.length} files`);

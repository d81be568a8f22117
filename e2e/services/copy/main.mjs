import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';

const job = JSON.parse(readFileSync('job.json', 'utf8'));
mkdirSync('outputs/1', { recursive: true });
for (const file of job.inputs[0].files) {
  copyFileSync(file.path, `outputs/1/${file.name}`);
  console.log(`Copied ${file.name}`);
}

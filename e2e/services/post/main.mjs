import { readFileSync, writeFileSync } from 'node:fs';

// A dispatcher that sends to nowhere, and says so.
const job = JSON.parse(readFileSync('job.json', 'utf8'));
if (job.component.attempt <= (job.options.transient ?? 0)) {
  writeFileSync(
    'outcome.json',
    JSON.stringify({ success: false, exit_type: 'transient', abort_reason: 'Nobody takes it' }),
  );
  process.exit(1);
}
if (job.options.secret_key === 'wrong') {
  writeFileSync(
    'outcome.json',
    JSON.stringify({ success: false, exit_type: 'refused', abort_reason: 'The key is wrong' }),
  );
  process.exit(1);
}
const at = new Date().toISOString();
const dispatched = job.inputs.flatMap(({ files }) =>
  files.map(({ name, size }) => ({
    file: name,
    to: `nowhere://${job.dispatch.service.name}/${name}`,
    size,
    at,
  })),
);
writeFileSync('outcome.json', JSON.stringify({ success: true, dispatched }));
console.log(`Recipients: ${Object.keys(job.dispatch.recipients).join(', ')}`);

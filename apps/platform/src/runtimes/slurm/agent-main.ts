/**
 * Runs on the node, as the job itself: starts the service as the process runtime would, and writes its log, samples and end
 * into the attempt's folder. `node agent-main.ts FOLDER`; SIGTERM ends the service.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { AgentDocument } from './agent-document.ts';
import type { Cancellation } from './standing.ts';

// Each job starts with this, and what it imports took 0.5 s of processor time to compile: kept, 0.2 s for all of it. The
// folder is the platform's own; where it cannot be written to, nothing is kept.
enableCompileCache(
  fileURLToPath(new URL('../../../../../node_modules/.cache/fusion-platform', import.meta.url)),
);
const { Attempt, filesIn, findParentDeathSignal, findSandbox, resolveCommand } =
  await import('../process/index.ts');
const { cancellationFile } = await import('./standing.ts');

const [folder = ''] = process.argv.slice(2);
const { spec, sampleMilliseconds } = JSON.parse(
  readFileSync(join(folder, 'agent.json'), 'utf8'),
) as AgentDocument;
const files = filesIn(folder);
const [sandbox, diesWithParent] = await Promise.all([findSandbox(folder), findParentDeathSignal()]);
writeFileSync(
  join(folder, 'started.json'),
  JSON.stringify({
    startedAt: new Date().toISOString(),
    node: process.env['SLURMD_NODENAME'] ?? hostname(),
    sandbox: typeof sandbox !== 'string',
  }),
);
const attempt = new Attempt(
  { ...spec, command: resolveCommand(spec.command, spec.serviceFolder) },
  {
    files,
    // The cluster bounds its memory; its own processes are watched all the same, so that the reason is told.
    cgroup: null,
    launch: { sandbox: typeof sandbox === 'string' ? null : sandbox, diesWithParent },
    metricsMilliseconds: { shortest: sampleMilliseconds, longest: sampleMilliseconds * 10 },
    tell: () => undefined,
  },
);
process.on('SIGTERM', () => {
  let graceSeconds = 10;
  try {
    ({ graceSeconds } = JSON.parse(readFileSync(cancellationFile(folder), 'utf8')) as Cancellation);
  } catch {
    // By the cluster itself.
  }
  attempt.stop(graceSeconds);
});
await attempt.ended;

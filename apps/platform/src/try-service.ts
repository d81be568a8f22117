// Tries a service on this machine, for the command line: a request on standard input, what happens as lines of JSON on
// standard output. Ends with 0 when the service succeeded, with 3 when it failed, with 2 when it could not be run.
import { text } from 'node:stream/consumers';

import type { TrialEvent } from '@fusion-platform/contract/service-file';

import { linkPackages, servicePackages } from './service-packages.ts';
import { runTrial, TrialRefusal, TrialRequest } from './trial/index.ts';

const codes = { succeeded: 0, refused: 2, failed: 3 } as const;

const tell = (event: TrialEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const request = TrialRequest.parse(JSON.parse(await text(process.stdin)));
  try {
    const { signal } = stopping;
    const surroundings = { readOnly: servicePackages, prepare: linkPackages, tell, signal };
    return (await runTrial(request, surroundings)) ? codes.succeeded : codes.failed;
  } catch (error) {
    if (!(error instanceof TrialRefusal)) throw error;
    tell({ event: 'refused', message: error.message, faults: error.faults });
    return codes.refused;
  }
}

process.exitCode = await main();

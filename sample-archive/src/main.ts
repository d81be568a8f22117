import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { COLLECTIONS, startSampleArchive } from './start.ts';

const HELP = `Makes the sample scenes, where they are not there yet, and serves them as a STAC API.

  --folder DIR   where they are kept (.fusion/sample-archive in the repository)
  --collections  what to make and serve, by commas (${COLLECTIONS.join(',')})
  --port N       0, the default, takes a free one
  --host HOST    127.0.0.1 by default
  --help
`;

const stop = new AbortController();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: {
        type: 'string',
        default: join(resolve(import.meta.dirname, '../..'), '.fusion', 'sample-archive'),
      },
      collections: { type: 'string', default: COLLECTIONS.join(',') },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError('--port must be a whole number from 0 to 65535');
  const collections = values.collections.split(',').map((name) => {
    const known = COLLECTIONS.find((one) => one === name);
    if (known === undefined) throw new TypeError(`--collections must be of ${COLLECTIONS.join(', ')}`);
    return known;
  });
  process.on('SIGTERM', () => stop.abort());
  process.on('SIGINT', () => stop.abort());
  // Whoever started the archive as a child and is gone needs it no more.
  process.on('disconnect', () => stop.abort());

  const archive = await startSampleArchive({
    folder: values.folder,
    collections,
    port,
    host: values.host,
    signal: stop.signal,
    onProgress: (progress) => process.send?.(progress),
  });
  const ended = new Promise((end) => stop.signal.addEventListener('abort', end, { once: true }));
  const { url, stacUrl } = archive;
  process.stdout.write(`The sample archive is at ${url}\n`);
  process.send?.({ url, stacUrl });
  if (!stop.signal.aborted) await ended;
  await archive.close();
}

try {
  await main();
} catch (error) {
  // A stop that was asked for is no failure.
  if (!stop.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
// The channel to the one that started it would keep it alive.
if (process.connected) process.disconnect();

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import type { Cli, CommonOptions } from '../../../command/index.ts';
import { findServiceVersion } from '../../../find/index.ts';
import { bytes, TransferDisplay } from '../../../output/index.ts';

interface Options extends CommonOptions {
  readonly to?: string;
}

export async function run(cli: Cli, { to }: Options, which: string): Promise<void> {
  const { organisation } = await cli.open();
  const version = await findServiceVersion(organisation, which);
  const path =
    to ?? `${version.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}-${version.version}.tar.gz`;
  const part = `${path}.part`;
  const display = new TransferDisplay(cli.out, { title: 'Downloading', files: 1, total: version.size ?? 0 });
  cli.settleFirst();
  try {
    const archive = version.archive({
      signal: cli.signal,
      onProgress: ({ bytes: moved }) => display.moved(path, moved),
    });
    await pipeline(archive, createWriteStream(part), { signal: cli.signal });
    await rename(part, path);
  } finally {
    display.end();
    await rm(part, { force: true });
  }
  const { id, sha256 } = version;
  const size = version.size ?? 0;
  cli.out.result({
    json: { id, path, size, sha256 },
    ids: [path],
    text: () => `${path}  ${bytes(size)}`,
  });
}

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { takeSnapshot } from './snapshot.ts';

const copyNothing = async (to: string, held: () => Promise<void>): Promise<void> => {
  await held();
  await mkdir(to);
};

test('what a backup that was killed has left is removed, and what a user keeps beside it is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fusion-snapshot-'));
  try {
    const kept = ['backup-mine', 'backup-monday.tar', 'backup-6f9619ff-8b86-4011-b42d-00c04fc964ff.tar'];
    await mkdir(join(folder, 'objects'));
    await mkdir(join(folder, 'backup-mine'));
    await mkdir(join(folder, 'backup-6f9619ff-8b86-4011-b42d-00c04fc964ff'));
    for (const name of kept.slice(1)) await writeFile(join(folder, name), 'x');
    const snapshot = await takeSnapshot({
      folder,
      objects: join(folder, 'objects'),
      database: { copyFiles: copyNothing },
    });
    await snapshot.remove();
    expect((await readdir(folder)).toSorted()).toEqual([...kept, 'objects'].toSorted());
  } finally {
    await rm(folder, { recursive: true });
  }
});

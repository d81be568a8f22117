import { readFile } from 'node:fs/promises';

import { AnalysisError, defaultLimits } from '../findings/index.ts';
import { extendRaster } from '../raster/index.ts';
import { joinRegions } from '../vector/index.ts';
import { analyse } from './analyse.ts';
import type { ChildAnswer, ChildTask } from './child-protocol.ts';

// The process that runInChild starts: takes one task, gives its answers, ends.
let answered = false;
process.once('message', (task: ChildTask) => {
  void answer(task).then((message) =>
    process.send?.(message, () => {
      answered = true;
      process.disconnect();
    }),
  );
});
// Whoever asked is gone: the group, with the tools that were started, goes too.
process.once('disconnect', () => {
  if (!answered) process.kill(-process.pid, 'SIGKILL');
});

async function answer(task: ChildTask): Promise<ChildAnswer> {
  try {
    if (task.kind === 'analyse')
      return { kind: 'analysed', analysis: await analyse(task.path, task.options) };
    if (task.kind === 'join') {
      const lines = (await readFile(task.path, 'utf8')).split('\n').filter((line) => line !== '');
      return { kind: 'joined', ground: await joinRegions(lines) };
    }
    const limits = { ...defaultLimits, ...task.limits };
    await extendRaster(task.path, { ...task, limits }, (finding) =>
      process.send?.({ kind: 'found', finding } satisfies ChildAnswer),
    );
    return { kind: 'extended' };
  } catch (error) {
    if (error instanceof AnalysisError) return { kind: 'refused', code: error.code, message: error.message };
    const { code, message } =
      error instanceof Error
        ? (error as NodeJS.ErrnoException)
        : (new Error(String(error)) as NodeJS.ErrnoException);
    return { kind: 'failed', message, code: typeof code === 'string' ? code : undefined };
  }
}

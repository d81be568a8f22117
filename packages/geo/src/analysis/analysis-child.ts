import { analyse } from './analyse.ts';
import type { ChildAnswer, ChildTask } from './child-protocol.ts';
import { AnalysisError } from '../findings/index.ts';

// The process that analyseInChild starts: takes one task, gives one answer, ends.
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

async function answer({ path, options }: ChildTask): Promise<ChildAnswer> {
  try {
    return { kind: 'done', analysis: await analyse(path, options) };
  } catch (error) {
    if (error instanceof AnalysisError) return { kind: 'refused', code: error.code, message: error.message };
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

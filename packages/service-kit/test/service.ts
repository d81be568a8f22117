// A service that does what its option `act` says, run as a real process by the tests.
import { setTimeout as wait } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { runService } from '@fusion-platform/service-kit';

await runService(async (job, kit) => {
  const act = kit.option('act', 'string');
  switch (act) {
    case 'work': {
      kit.log('Working on', job.execution.process_name, 'with', kit.option('size', 'number'));
      kit.log(`Input ${kit.input(1)[0]?.name}, setting ${kit.setting('COLOUR', 'none')}`);
      for (let step = 0; step < 1000; step += 1) kit.countBytes('external', 10);
      kit.progress(60, 'Half way and more');
      kit.progress(20);
      await writeFile(kit.output(1, 'a.csv', { title: 'A', description: 'The first' }), 'x\n1\n');
      await writeFile(kit.scratch('left.txt'), 'nobody needs this');
      kit.warn('One tile was old');
      return;
    }
    case 'refuse':
      kit.refuse('The region is over no tile');
      break;
    case 'throw':
      throw new Error('Reading failed', { cause: new Error('the disk is gone') });
    case 'promise nothing keeps':
      kit.output(1, 'never.csv');
      return;
    case 'reject behind the scenes':
      void Promise.reject(new Error('nobody awaited this'));
      await wait(60_000);
      return;
    case 'escape':
      kit.output(1, '../job.json');
      return;
    case 'wait':
      kit.log('waiting');
      await wait(60_000, undefined, { signal: kit.signal });
      return;
    default:
      kit.option('no such option');
  }
});

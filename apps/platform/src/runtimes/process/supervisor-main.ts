/** The supervisor's program: `node supervisor-main.ts STATE_FOLDER IDLE_MILLISECONDS`; see process-runtime.ts. */
import { lstatSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { closeInherited } from './close-inherited.ts';
import { socketPath } from './files.ts';
import { takeLock } from './lock.ts';
import { SupervisorServer } from './server.ts';
import { Supervisor } from './supervisor.ts';

const [stateFolder, idleMilliseconds] = process.argv.slice(2);
if (stateFolder === undefined || idleMilliseconds === undefined) throw new Error('Which state folder?');

closeInherited();

/** Tells the one who started us that the socket is there, or that another supervisor has the folder. */
function report(word: 'ready' | 'taken'): void {
  try {
    writeSync(1, `${word}\n`);
  } catch {
    // It was killed meanwhile; the next one will find the socket.
  }
}

const lockFile = join(stateFolder, 'supervisor.lock');
const lock = takeLock(lockFile);
if (lock === null) {
  report('taken');
} else {
  const supervisor = await Supervisor.open(stateFolder);
  const end = (): void => {
    // The socket goes first: who finds none starts the next supervisor, which waits for the lock to be free.
    server.close();
    void supervisor.close().then(() => {
      lock.close();
      process.exit(0);
    });
  };
  const server = new SupervisorServer(supervisor, {
    path: socketPath(stateFolder),
    idleMilliseconds: Number(idleMilliseconds),
    onIdle: end,
  });
  await server.listen();
  // An unforeseen fault in one attempt must not be the end of all the others.
  process.on('uncaughtException', (error) => console.error(new Date().toISOString(), 'Unforeseen', error));
  report('ready');

  // The folder, or the socket alone, may be removed under it: by hand, by a test, by what tidies up temporary files.
  const inode = lstatSync(lockFile).ino;
  let listening = false;
  setInterval(() => {
    if (lstatSync(lockFile, { throwIfNoEntry: false })?.ino !== inode) {
      // Nobody can find what it runs any more, and another one may have taken its place.
      console.error(new Date().toISOString(), 'The state folder is gone: ending with all that runs');
      end();
    } else if (!server.canBeFound && !listening) {
      listening = true;
      server.listen().then(
        () => (listening = false),
        (error: unknown) => {
          listening = false;
          console.error(new Date().toISOString(), 'Cannot listen', error);
        },
      );
    }
  }, 1000);
}

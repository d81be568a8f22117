import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

export const testImage = 'localhost/fusion-test:1';

export interface TestPodman {
  readonly socketPath: string;
  /** Runs podman on the same store. */
  podman(...args: readonly string[]): Promise<string>;
  /** Removes all containers, again while one fails: the command does when one goes by itself meanwhile. */
  removeAll(): Promise<void>;
  close(): Promise<void>;
}

/** Why no containers can be run here; undefined where they can. */
export function whyNoPodman(): string | undefined {
  if (process.getuid?.() !== 0) return 'podman is tried as root only';
  for (const program of ['podman', 'runc', 'catatonit'])
    if (!existsSync(`/usr/bin/${program}`) && !existsSync(`/usr/sbin/${program}`))
      return `${program} is not installed`;
  return undefined;
}

/** A Podman of its own, with an image that holds Node and nothing else. */
export async function startPodman(): Promise<TestPodman> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fusion-podman-')));
  const socketPath = join(root, 'podman.sock');
  writeFileSync(
    join(root, 'containers.conf'),
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n',
  );
  const env = { ...process.env, CONTAINERS_CONF: join(root, 'containers.conf') };
  // crun refuses systems with both versions of control groups.
  const options =
    `--root ${join(root, 'store')} --runroot ${join(root, 'run')} --storage-driver overlay --runtime runc --cgroup-manager cgroupfs`.split(
      ' ',
    );
  const podman = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('podman', [...options, ...args], { env })).stdout;
  const service = spawn('podman', [...options, 'system', 'service', '--time', '0', `unix://${socketPath}`], {
    env,
    // What watches a container may leave a file named oom where it runs.
    cwd: root,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => service.once('exit', () => resolve()));
  try {
    await importImage(root, options, env);
    for (let tries = 0; !existsSync(socketPath); tries += 1) {
      if (tries > 1500) throw new Error('podman does not start');
      await delay(100);
    }
  } catch (error) {
    service.kill();
    throw error;
  }
  const remove = async (): Promise<string> => await podman('rm', '--all', '--force', '--time', '0');
  return {
    socketPath,
    podman,
    removeAll: async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          await remove();
          return;
        } catch (error) {
          if (tries === 10) throw error;
          await delay(200);
        }
      }
    },
    close: async () => {
      await remove().catch(() => undefined);
      service.kill();
      await ended;
      await podman('unmount', '--all', '--force').catch(() => undefined);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Node and the libraries that it names. */
async function importImage(root: string, options: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const system = join(root, 'system');
  const node = realpathSync(process.execPath);
  mkdirSync(join(system, 'usr/bin'), { recursive: true });
  mkdirSync(join(system, 'tmp'));
  copyFileSync(node, join(system, 'usr/bin/node'));
  chmodSync(join(system, 'usr/bin/node'), 0o755);
  for (const [library] of execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/\/\S+/g)) {
    mkdirSync(join(system, dirname(library)), { recursive: true });
    copyFileSync(library, join(system, library));
    chmodSync(join(system, library), 0o755);
  }
  const archive = join(root, 'system.tar');
  await promisify(execFile)('tar', ['-C', system, '-cf', archive, '.']);
  await promisify(execFile)('podman', [...options, 'import', '--quiet', archive, testImage], { env });
  rmSync(archive);
  rmSync(system, { recursive: true });
}

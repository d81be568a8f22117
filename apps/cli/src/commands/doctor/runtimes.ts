import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { absent, fault, output } from './program.ts';
import type { Told } from './program.ts';

type Environment = NodeJS.ProcessEnv;
const patienceMs = 5000;

/** Whether services can be kept apart from the machine: bubblewrap may be installed and still not be allowed to. */
export async function checkSandbox(env: Environment): Promise<string | Told> {
  const needed = env['FUSION_SANDBOX'] === 'always';
  const version = await output('bwrap', ['--version']).catch(() => '');
  if (version === undefined)
    return absent(
      needed,
      'bwrap is not installed: a platform here does not keep services apart from the machine',
      'install bubblewrap (apt install bubblewrap, dnf install bubblewrap)',
    );
  try {
    await output('bwrap', ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', 'true']);
    return `${version} works`;
  } catch (error) {
    return absent(
      needed,
      `bwrap cannot make a sandbox (${(error as Error).message}): a platform here does not keep services apart from the machine`,
      'let users make namespaces: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0; in a container run it with --privileged',
    );
  }
}

const places = ({ FUSION_CONTAINER_SOCKET: given, XDG_RUNTIME_DIR: own }: Environment): string[] =>
  given
    ? [given]
    : ['/var/run/docker.sock', '/run/podman/podman.sock', ...(own ? [join(own, 'podman/podman.sock')] : [])];

/** Whether containers can be run, for FUSION_RUNTIME=container. */
export async function checkContainers(env: Environment): Promise<string | Told> {
  const needed = env['FUSION_RUNTIME'] === 'container';
  const socket = places(env).find((path) => existsSync(path));
  const next =
    'start Docker, or Podman with `systemctl enable --now podman.socket`; FUSION_CONTAINER_SOCKET names another socket';
  if (socket === undefined)
    return absent(
      needed,
      `There is no socket of Docker or Podman (${places(env).join(', ')}): components cannot run in containers`,
      next,
    );
  try {
    const { Version: version, Platform: platform } = await askEngine(socket);
    return `${platform?.Name || 'the container engine'} ${version} at ${socket}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      return absent(
        needed,
        `You may not use ${socket}`,
        'join the group of the socket (usermod -aG docker $USER), and log in again',
      );
    return absent(needed, `Nothing answers at ${socket} (${code ?? message})`, next);
  }
}

interface Engine {
  readonly Version: string;
  readonly Platform?: { readonly Name: string };
}

async function askEngine(socketPath: string): Promise<Engine> {
  return await new Promise((resolve, reject) => {
    const asking = request(
      { socketPath, path: '/version', signal: AbortSignal.timeout(patienceMs) },
      (answer) =>
        void text(answer)
          .then((body) => resolve(JSON.parse(body) as Engine))
          .catch(reject),
    );
    asking.on('error', reject);
    asking.end();
  });
}

/** Whether a Slurm cluster takes jobs, for FUSION_RUNTIME=slurm. */
export async function checkSlurm(env: Environment): Promise<string | Told> {
  const needed = env['FUSION_RUNTIME'] === 'slurm';
  const version = await output('sbatch', ['--version']).catch(() => undefined);
  if (version === undefined)
    return absent(
      needed,
      'sbatch is not installed: components cannot run on a Slurm cluster',
      'install the Slurm client (apt install slurm-client) with the slurm.conf and the key of the cluster',
    );
  try {
    const nodes = (await output('sinfo', ['-h', '-o', '%D %T'])) ?? '';
    if (nodes === '') throw new Error('it has no nodes');
    return `${version}: ${nodes.split('\n').join(', ')} nodes`;
  } catch (error) {
    return absent(
      needed,
      `${version} is installed, but the cluster does not answer (${(error as Error).message})`,
      'start slurmctld, or mend SlurmctldHost of slurm.conf',
    );
  }
}

/** Faults of what is installed. @throws CliError */
export async function checkGdal(): Promise<string | Told> {
  try {
    const version = await output('gdalinfo', ['--version']);
    return (
      version?.split('\n')[0] ?? {
        state: 'missing',
        message: 'gdalinfo is not installed: a platform here uses GDAL in WebAssembly, which is slower',
        next: 'install GDAL (apt install gdal-bin)',
      }
    );
  } catch (error) {
    throw fault(`gdalinfo --version fails (${(error as Error).message})`, 'install GDAL again');
  }
}

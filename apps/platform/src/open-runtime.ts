import { access, constants } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { FastifyBaseLogger } from 'fastify';

import type { Manifest } from './catalogue/index.ts';
import {
  createContainerRuntime,
  createProcessRuntime,
  createSlurmRuntime,
  isUnavailable,
} from './runtimes/index.ts';
import type { Runtime, RuntimeDescription, StagingObjects } from './runtimes/index.ts';
import { SettingsError } from './settings.ts';
import type { Settings } from './settings.ts';

interface Surroundings {
  readonly nodeId: string;
  readonly objects: StagingObjects;
  readonly serviceFolder: (serviceId: string) => Promise<string>;
  readonly readOnly: readonly string[];
}

const sandboxes = { auto: 'auto', always: 'required', never: 'none' } as const;

/** What runs components, as the settings choose. @throws SettingsError where that cannot be had on this machine */
export async function openRuntime(settings: Settings, surroundings: Surroundings): Promise<Runtime> {
  const { nodeId, objects, serviceFolder, readOnly } = surroundings;
  const { folders } = settings;
  const cacheFolder = resolve(folders.blocks);
  switch (settings.FUSION_RUNTIME) {
    case 'process':
      return createProcessRuntime({
        stateFolder: resolve(folders.runtime),
        sandbox: sandboxes[settings.FUSION_SANDBOX],
        attemptsFolder: resolve(folders.attempts),
        nodeId,
        objects,
        serviceFolder,
        readOnly,
        cacheFolder,
      });
    case 'container':
      return createContainerRuntime({
        stateFolder: join(resolve(folders.runtime), 'containers'),
        socketPath: await socketOf(settings),
        nodeId,
        objects,
        serviceFolder,
        readOnly,
        cacheFolder,
        pullSeconds: settings.FUSION_IMAGE_PULL_SECONDS,
        ...(settings.FUSION_CONTAINER_IMAGE !== undefined && {
          commandImage: settings.FUSION_CONTAINER_IMAGE,
        }),
        ...(settings.FUSION_CONTAINER_NETWORK !== undefined && {
          network: settings.FUSION_CONTAINER_NETWORK,
        }),
      });
    case 'slurm':
      await requireSlurm();
      return createSlurmRuntime({
        // The settings are refused without it.
        sharedFolder: settings.FUSION_SLURM_FOLDER!,
        objects,
        serviceFolder,
        readOnly,
        partition: settings.FUSION_SLURM_PARTITION,
        account: settings.FUSION_SLURM_ACCOUNT,
        extraArguments: settings.FUSION_SLURM_ARGUMENTS?.split(/\s+/).filter(Boolean) ?? [],
      });
  }
}

const sockets = ['/var/run/docker.sock', '/run/podman/podman.sock'];

async function socketOf({ FUSION_CONTAINER_SOCKET: given }: Settings): Promise<string> {
  for (const path of given === undefined ? sockets : [given]) if (await isThere(path)) return path;
  throw new SettingsError([
    given === undefined
      ? `FUSION_RUNTIME: there is no container engine at ${sockets.join(' or ')}: start Docker or \`podman system service\`, or say in FUSION_CONTAINER_SOCKET where its socket is`
      : `FUSION_CONTAINER_SOCKET: there is no ${given}: start Docker or \`podman system service\``,
  ]);
}

async function requireSlurm(): Promise<void> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const program of ['sbatch', 'squeue', 'scancel', 'sinfo']) {
    const found = await Promise.all(
      folders.map(async (folder) => await isThere(join(folder, program), constants.X_OK)),
    );
    if (!found.includes(true))
      throw new SettingsError([
        `FUSION_RUNTIME: there is no ${program} in PATH: install Slurm's commands and its configuration on this machine`,
      ]);
  }
}

async function isThere(path: string, mode?: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

const patienceMilliseconds = 300_000;
const retryMilliseconds = 2000;

/** A runtime that cannot be reached yet, as on a machine with much else to do, is asked again. @throws after five minutes */
export async function describeWhenThere(
  runtime: Runtime,
  log: Pick<FastifyBaseLogger, 'warn'>,
): Promise<RuntimeDescription> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await runtime.describe();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > deadline) throw error;
      log.warn({ err: error }, 'the runtime of components cannot be reached yet: it is tried again');
    }
    await pause(retryMilliseconds);
  }
}

type Service = Pick<Manifest, 'name' | 'image' | 'urls' | 'cidrs'>;

/** Says what runs components, what that isolates and bounds, and what it does not. */
export function sayRuntime(
  { name, isolation, programs, limits, warnings }: RuntimeDescription,
  services: readonly Service[],
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>,
): void {
  const fields = { part: 'runtime', runtime: name, isolation, programs, limits };
  log.info(fields, `components run by the runtime ${name}, isolated by: ${isolation}`);
  for (const warning of warnings) log.warn({ part: 'runtime' }, warning);
  const networked = services.filter(({ urls, cidrs }) => urls.length > 0 || cidrs.length > 0);
  if (isolation === 'none' || networked.length === 0) return;
  const reach =
    isolation === 'container'
      ? 'whatever the network of the container engine reaches'
      : 'the whole network, ports of this machine included';
  log.warn(
    { part: 'runtime', services: networked.map((service) => service.name) },
    `services that list urls or cidrs reach ${reach}: which addresses they call is not enforced, so run only those that you trust`,
  );
}

/** @throws SettingsError naming the services that the runtime cannot run */
export function refuseUnrunnable({ name, programs }: RuntimeDescription, services: readonly Service[]): void {
  const named = (kind: 'image' | 'command'): string =>
    services
      .filter(({ image }) => (image ? 'image' : 'command') === kind && !programs.includes(kind))
      .map((service) => `"${service.name}"`)
      .join(', ');
  const [images, commands] = [named('image'), named('command')];
  if (images !== '')
    throw new SettingsError([
      `FUSION_RUNTIME: ${name} runs no images, and these services name one: ${images}. Set FUSION_RUNTIME=container, or leave them out of FUSION_SERVICES`,
    ]);
  if (commands !== '')
    throw new SettingsError([
      `FUSION_CONTAINER_IMAGE: these services are commands, and no image is set to run them in: ${commands}. Name one that has Node 24, or leave them out of FUSION_SERVICES`,
    ]);
}

/** A cluster has a queue and counts its own memory: so much is in it at once, and nothing is held back by this machine. */
const external = { slots: 64, memoryMb: 64 * 1024 ** 2 };

/** How much runs at once. */
export function capacityOf(
  { FUSION_SLOTS: slots, FUSION_MEMORY_MB: memoryMb }: Settings,
  { capacity }: Pick<RuntimeDescription, 'capacity'>,
): { readonly slots: number; readonly memoryMb: number } {
  const own = { slots: 2, memoryMb: Math.floor((totalmem() / 1024 ** 2) * 0.8) };
  const defaults = capacity === 'external' ? external : own;
  return { slots: slots ?? defaults.slots, memoryMb: memoryMb ?? defaults.memoryMb };
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folders in which control groups may be made, by controller. */
export interface Hierarchies {
  version: 1 | 2;
  folders: { memory: string; cpu?: string; cpuacct?: string; pids?: string };
}

interface Mount {
  folder: string;
  type: string;
  controllers: string[];
}

/** The candidates on this machine, best first; empty where there are no control groups. Whether they can be used is another matter. */
export function findHierarchies(): Hierarchies[] {
  let mounts: Mount[];
  let memberships: string[][];
  try {
    mounts = parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
    memberships = parseMemberships(readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return [];
  }
  return [...versionOne(mounts, memberships), ...versionTwo(mounts, memberships)];
}

function versionOne(mounts: Mount[], memberships: string[][]): Hierarchies[] {
  const find = (controller: string): string | undefined => {
    const mount = mounts.find(
      ({ type, controllers }) => type === 'cgroup' && controllers.includes(controller),
    );
    const path = memberships.find(([, names]) => names?.split(',').includes(controller))?.[2];
    if (mount === undefined || path === undefined) return undefined;
    // Inside a container the path may be the host's, which is not to be seen here.
    return [join(mount.folder, path), mount.folder].find((folder) => existsSync(folder));
  };
  const memory = find('memory');
  if (memory === undefined) return [];
  const [cpu, cpuacct, pids] = [find('cpu'), find('cpuacct'), find('pids')];
  return [
    {
      version: 1,
      folders: {
        memory,
        ...(cpu === undefined ? {} : { cpu }),
        ...(cpuacct === undefined ? {} : { cpuacct }),
        ...(pids === undefined ? {} : { pids }),
      },
    },
  ];
}

/**
 * In version 2 only a group without processes of its own hands its controllers on, so beside our own group (which may be
 * the root) its parent is tried: in a user's session of systemd that one is the user's.
 */
function versionTwo(mounts: Mount[], memberships: string[][]): Hierarchies[] {
  const mount = mounts.find(({ type }) => type === 'cgroup2');
  const path = memberships.find(([, names]) => names === '')?.[2];
  if (mount === undefined || path === undefined) return [];
  const own = join(mount.folder, path);
  const candidates = own === mount.folder || path === '/' ? [own] : [own, dirname(own)];
  return candidates.filter(handsOn).map((folder) => ({
    version: 2,
    folders: { memory: folder, cpu: folder, pids: folder },
  }));
}

function handsOn(folder: string): boolean {
  try {
    const enabled = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
    const wanted = ['memory', 'cpu', 'pids'].filter((controller) => !enabled.includes(controller));
    if (wanted.length > 0) {
      writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
    }
    return true;
  } catch {
    return false;
  }
}

function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [type = '', , options = ''] = after.split(' ');
      return { folder: before.split(' ')[4] ?? '', type, controllers: options.split(',') };
    });
}

function parseMemberships(text: string): string[][] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', names = '', ...path] = line.split(':');
      return [id, names, path.join(':')];
    });
}

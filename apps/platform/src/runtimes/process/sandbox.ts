import { execFile } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What every sandbox of this machine shows of its system. */
export interface Sandbox {
  program: string;
  systemArguments: string[];
}

export interface SandboxedFolders {
  /** The attempt's folder: writable, but for its job.json and inputs. */
  folder: string;
  temporary: string;
  readOnly: readonly string[];
  shared?: readonly string[];
}

/** The part of /etc that programs need: libraries, certificates, names of hosts, time zone, fonts. No users, no secrets. */
const ETC = [
  'alternatives',
  'ca-certificates',
  'fonts',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'resolv.conf',
  // Of TLS what everybody may know: the folders beside these hold private keys, which root's components could read.
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
  'pki/ca-trust/extracted',
  'pki/tls/cert.pem',
  'pki/tls/certs',
  'pki/tls/openssl.cnf',
];

/**
 * The sandbox of this machine, or the reason why there is none. It is tried out for real: bubblewrap may be installed and
 * yet be refused its namespaces.
 */
export async function findSandbox(stateFolder: string): Promise<Sandbox | string> {
  if (process.platform !== 'linux') return 'bubblewrap is for Linux only';
  const system = join(stateFolder, 'sandbox');
  mkdirSync(join(system, 'tmp'), { recursive: true });
  writeFileSync(join(system, 'passwd'), 'component:x:65534:65534:component:/tmp:/bin/sh\n');
  writeFileSync(join(system, 'group'), 'component:x:65534:\n');
  const sandbox: Sandbox = { program: 'bwrap', systemArguments: systemArguments(system) };
  const trial = sandboxArguments(
    sandbox,
    { folder: system, temporary: join(system, 'tmp'), readOnly: [] },
    false,
  );
  try {
    await promisify(execFile)(sandbox.program, [...trial, '--', process.execPath, '--version'], {
      cwd: '/',
      timeout: 20_000,
    });
    return sandbox;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'bubblewrap (bwrap) is not installed';
    return `bubblewrap does not work here: ${stderr?.trim() ?? String(error)}`;
  }
}

/** bubblewrap's arguments up to the command. Paths are the same inside as outside. */
export function sandboxArguments(sandbox: Sandbox, folders: SandboxedFolders, network: boolean): string[] {
  const { folder, temporary, readOnly, shared = [] } = folders;
  return [
    '--unshare-all',
    ...(network ? ['--share-net'] : []),
    '--die-with-parent',
    '--new-session',
    '--uid',
    '65534',
    '--gid',
    '65534',
    '--hostname',
    'component',
    '--cap-drop',
    'ALL',
    ...sandbox.systemArguments,
    // /tmp before the rest: Node, the services and the data folder may well be below it.
    '--bind',
    temporary,
    '/tmp',
    ...nodeArguments(),
    ...outermostFirst(readOnly).flatMap((path) => ['--ro-bind', path, path]),
    ...shared.flatMap((path) => ['--bind', path, path]),
    '--bind',
    folder,
    folder,
    ...['inputs', 'job.json'].flatMap((name) => ['--ro-bind-try', join(folder, name), join(folder, name)]),
    // As root's child the component still is root to /proc/sys, whatever its capabilities.
    '--remount-ro',
    '/proc',
    '--remount-ro',
    '/',
    '--chdir',
    folder,
  ];
}

function systemArguments(system: string): string[] {
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].flatMap(rootFolder),
    ...['/opt', '/nix/store'].flatMap((path) => ['--ro-bind-try', path, path]),
    ...ETC.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...ETC.flatMap((name) => secretsBelow(`/etc/${name}`)).flatMap((path) => [
      '--ro-bind',
      '/dev/null',
      path,
    ]),
    ...['passwd', 'group'].flatMap((name) => ['--ro-bind', join(system, name), `/etc/${name}`]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ];
}

/** Files that not everybody may read: root's component could, since it is root to the file system. */
export function secretsBelow(path: string): string[] {
  try {
    const found = lstatSync(path);
    if (found.isDirectory()) return readdirSync(path).flatMap((name) => secretsBelow(join(path, name)));
    return found.isFile() && (found.mode & 0o004) === 0 ? [path] : [];
  } catch {
    return [];
  }
}

function nodeArguments(): string[] {
  const node = realpathSync(process.execPath);
  return dirname(node).startsWith('/usr/') ? [] : ['--ro-bind', node, node];
}

/** On most systems these are links into /usr now. */
function rootFolder(path: string): string[] {
  try {
    return lstatSync(path).isSymbolicLink()
      ? ['--symlink', readlinkSync(path), path]
      : ['--ro-bind', path, path];
  } catch {
    return [];
  }
}

/** A folder bound after one inside it would hide that one. */
function outermostFirst(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort((a, b) => a.length - b.length);
}

import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

import { CliError, exitCodes } from './errors/index.ts';

/** A platform that is installed on this machine: the folder of its package, and the Node that can run it. */
export interface PlatformPackage {
  readonly folder: string;
  readonly version: string;
  /** The path of a Node that the platform runs with. */
  readonly node: string;
  /** Whether its programs are run from their TypeScript sources. */
  readonly fromSources: boolean;
}

/** The folder of this code; none in a single file, which is beside nothing of its own. */
const ownFolder: string | undefined = import.meta.dirname;
const packageName = '@fusion-platform/platform';
const oldestNode = 24;

/**
 * Finds the platform that belongs to this command: the one that FUSION_PLATFORM_HOME names (a checkout of the repository,
 * or the folder of the package), else the one beside the command, else the one of the folder that is worked in.
 * @throws CliError saying what to do, when there is none or no Node that can run it
 */
export function findPlatformPackage(env: NodeJS.ProcessEnv): PlatformPackage {
  const home = env['FUSION_PLATFORM_HOME'];
  const folder = home
    ? packageAt(home)
    : (packageAbove(ownFolder ?? dirname(process.execPath)) ?? packageAbove(process.cwd()));
  if (folder === undefined)
    throw new CliError(
      home
        ? `FUSION_PLATFORM_HOME: there is no platform in ${home}`
        : 'The platform itself is not installed here: this package brings the command and the SDK alone',
      {
        exitCode: exitCodes.fault,
        next: 'set FUSION_PLATFORM_HOME to a clone of the repository in which `npm install` has run',
      },
    );
  // Node takes types out of sources, but not of those that are installed as packages.
  const fromSources =
    existsSync(join(folder, 'src', 'main.ts')) && !folder.split(sep).includes('node_modules');
  return { folder, version: manifestOf(folder)!.version, node: nodeFor(folder), fromSources };
}

/** The words that start a program of the platform: that of `src/NAME.ts`. */
export function platformProgram(
  { folder, fromSources, node }: PlatformPackage,
  name: string,
  args: readonly string[] = [],
): { readonly command: string; readonly args: readonly string[] } {
  const path = fromSources ? join(folder, 'src', `${name}.ts`) : join(folder, 'dist', `${name}.js`);
  if (!existsSync(path))
    throw new CliError(`The platform in ${folder} has no program "${name}" (${path})`, {
      exitCode: exitCodes.fault,
      next: fromSources
        ? 'bring the clone of the repository up to date'
        : `run \`npm run build\` in the clone of the repository`,
    });
  return { command: node, args: [...(fromSources ? ['--conditions=fusion-source'] : []), path, ...args] };
}

/** Starts a program of the platform as a child process. */
export function spawnPlatformProgram(
  installed: PlatformPackage,
  name: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const program = platformProgram(installed, name, args);
  return spawn(program.command, [...program.args], options);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function manifestOf(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return manifest.name === packageName ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The package in a folder: the folder itself, in a checkout, or installed there. */
function packageAt(folder: string): string | undefined {
  const places = [folder, join(folder, 'apps', 'platform'), join(folder, 'node_modules', packageName)];
  const found = places.find((place) => manifestOf(place));
  return found === undefined ? undefined : realpathSync(found);
}

function packageAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = packageAt(folder);
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}

/** The repository brings a Node; else the one that runs this, or the first on the PATH, if it is new enough. */
function nodeFor(folder: string): string {
  try {
    const manifest = createRequire(join(folder, 'package.json')).resolve('node/package.json');
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(path)) return path;
  } catch {
    // It is not installed there.
  }
  if (ownFolder !== undefined && Number.parseInt(process.versions.node, 10) >= oldestNode)
    return process.execPath;
  throw new CliError(`The platform in ${folder} needs Node.js ${oldestNode} or later, and finds none`, {
    exitCode: exitCodes.fault,
    next: `run \`npm install\` in ${dirname(dirname(folder))}, or install Node.js ${oldestNode}`,
  });
}

// What `npm run quickstart`, `npm test`, `npm run dev` have in common: on a fresh clone nothing is installed yet, and
// the Node that started this may be older than the one that the repository brings. Plain JavaScript for that reason.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const [task = '', ...args] = process.argv.slice(2);

const tasks = {
  quickstart: () => runNode(['--conditions=fusion-source', 'examples/quickstart/main.ts', ...args]),
  dev: () =>
    runNode(['apps/dashboard/scripts/build.mjs']) ||
    runNode([
      '--conditions=fusion-source',
      '--watch',
      '--watch-preserve-output',
      'apps/platform/src/main.ts',
      ...args,
    ]),
  // A long suite that is named is wanted.
  test: () =>
    vitest(
      process.env.FUSION_TEST_LONG || (args.some((argument) => /\.long(\.|$)/.test(argument)) ? '1' : ''),
    ),
  'test:long': () => vitest('only'),
  'test:all': () => vitest('1'),
};

/** Without the long suites, with them (1), or them only. */
function vitest(long) {
  process.env.FUSION_TEST_LONG = long;
  // What one file of tests has compiled serves those after it, and the commands that they start.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'tests');
  return (
    runNode(['--conditions=fusion-source', 'apps/platform/src/testing/prepare.ts']) ||
    run('vitest', ['run', ...args])
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function run(command, commandArguments, { quiet = false } = {}) {
  const result = spawnSync(command, commandArguments, {
    cwd: root,
    stdio: quiet ? ['inherit', 'pipe', 'inherit'] : 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  return result.signal ? 1 : (result.status ?? 1);
}

/** With the Node that the repository brings, never the one of the machine. */
const runNode = (nodeArguments) => run('node', nodeArguments);

function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker) || !existsSync(join(bin, process.platform === 'win32' ? 'node.cmd' : 'node')))
    return false;
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

if (!Object.hasOwn(tasks, task)) fail(`Usage: node scripts/run.mjs ${Object.keys(tasks).join('|')}`);

if (!installed()) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.error(`fusion-platform ${version}: installing what it needs (once, about a minute) …`);
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
  if (status !== 0) fail('The installation failed: npm said why above. Nothing else was changed.');
}
process.exit(tasks[task]());

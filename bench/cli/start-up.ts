import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { root } from '../../e2e/support/platform.ts';
import { pythonClient } from '../../e2e/support/python.ts';
import { spreadOf, told } from '../statistics.ts';

const rounds = Number(process.env['FUSION_BENCH_STARTS'] ?? 15);
const mostOfNode = 2;

interface Bench {
  readonly url: string;
  readonly folder: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Took {
  /** Milliseconds of the processor, in the command and in the system for it. Waiting does not count. */
  readonly processor: number;
  /** Milliseconds of the clock. */
  readonly clock: number;
}

/**
 * Runs the command and the Python command, where it can be installed, in turns with `node -e 0`, and prints what each takes.
 * @returns whether `--help` takes at most twice the processor time of `node -e 0`
 */
export async function compareStartUps({ url, folder, command, env }: Bench): Promise<boolean> {
  const node = process.execPath;
  const client = await pythonClient();
  const cases: Record<string, readonly string[]> = {
    'node -e 0': [node, '-e', '0'],
    '--help': [node, command, '--help'],
    'start --help': [node, command, 'start', '--help'],
    list: [node, command, 'list'],
  };
  if (client.python === undefined) console.log(`Not beside the Python command: ${client.missing}`);
  else {
    const python = [client.python, join(root, 'e2e/cli/support/python_command.py')];
    const login = ['-y', 'test', '-e', env['FUSION_EMAIL']!, '-g', 'My organisation'];
    cases['Python --help'] = [...python, '--help'];
    cases['Python list'] = [...python, 'list', ...login];
  }
  const took = new Map<string, Took[]>(Object.keys(cases).map((name) => [name, []]));
  // The first of each fills caches. Side by side, so that a busy machine is busy for all.
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, words] of Object.entries(cases)) {
      const one = timesOf(words, { ...env, FUSION_URL: url, HOME: folder });
      if (round > 0) took.get(name)!.push(one);
    }
  return report(took);
}

/** Bash tells what a command that it has waited for has used; Node does not. */
function timesOf(words: readonly string[], env: Record<string, string>): Took {
  const script = `TIMEFORMAT='%3U %3S %3R'; { time "$@" >/dev/null 2>&4; } 4>&1`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${String(status)}: ${stdout}`);
  const [user = NaN, system = NaN, clock = NaN] = stderr.trim().split(' ').map(Number);
  return { processor: (user + system) * 1000, clock: clock * 1000 };
}

function report(took: ReadonlyMap<string, readonly Took[]>): boolean {
  const of = (name: string, what: keyof Took) => spreadOf(took.get(name)!.map((one) => one[what]));
  const base = { processor: of('node -e 0', 'processor').median, clock: of('node -e 0', 'clock').median };
  console.log('Times of node -e 0 in brackets');
  for (const name of took.keys()) {
    const columns = (['processor', 'clock'] as const).map((what) => {
      const spread = of(name, what);
      return `${what} ${told(spread, ' ms', 0)} [${(spread.median / base[what]).toFixed(2)}]`;
    });
    console.log(`${name.padEnd(14)} ${columns.join('  ')}`);
  }
  for (const name of ['--help', 'list'].filter((one) => took.has(`Python ${one}`))) {
    const ratio = of(`Python ${name}`, 'processor').median / of(name, 'processor').median;
    console.log(`${name}: the Python command takes ${ratio.toFixed(1)} times the processor time`);
  }
  const ratio = of('--help', 'processor').median / base.processor;
  console.log(`${ratio <= mostOfNode ? 'met' : 'MISSED'}  --help at most ${mostOfNode} times node -e 0`);
  return ratio <= mostOfNode;
}

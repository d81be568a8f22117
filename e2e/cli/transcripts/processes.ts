import { unlessAsked } from './transcript.ts';
import type { Transcript, World } from './transcript.ts';

/** A copy of the process that is there, under a name of its own. */
const copyOf = async (world: World, name: string): Promise<string> => {
  const copied = world.name(name);
  await world.prepare(['cp', 'Good', copied]);
  return copied;
};

export const processes: readonly Transcript[] = [
  { command: 'list', args: () => ['--search', 'Good'], seen: /Good\s.*succeeded/ },
  { command: 'display', args: () => ['Bad'], seen: /✖ failed .*\n +Exit one: It exited with 1/ },
  {
    command: 'start',
    args: (world) => ['Copy', '-l', 'square.geojson', '--name', world.name('Started'), '--watch'],
    seen: /Copy[^]*succeeded|✔ Copy/,
  },
  {
    command: 'define',
    args: () => ['Good', '--stdout'],
    seen: /service_name: Copy\nprocess_name: Good\ninputs:\n {2}- Good 1/,
  },
  {
    command: 'download',
    args: (world) => ['Good', '--to', world.name('down')],
    seen: /Downloaded 1 file/,
  },
  {
    command: 'stop',
    args: async (world) => {
      const name = world.name('Endless');
      await world.prepare(['start', 'Sleepy', '-l', 'Good 1', '--name', name, '-p', 'seconds=600']);
      return [name];
    },
    seen: /Stopped Endless/,
  },
  {
    command: 'retry',
    args: () => ['Bad', '--watch'],
    code: 3,
    seen: /Exit one[^]*fusion-platform why/,
  },
  { command: 'cp', args: (world) => ['Good', world.name('Copied')], seen: /Copied/ },
  {
    command: 'rm',
    args: async (world) => [await copyOf(world, 'Removed'), ...unlessAsked(world, '--yes')],
    answers: [[/Remove Removed.* with all that came of it\?/, 'y']],
    seen: /Removed Removed/,
  },
  { command: 'watch', args: () => ['Good'], seen: /Copy/ },
  {
    command: 'why',
    args: () => ['Bad'],
    seen: /failed \(service_error\)[^]*About to fail[^]*→ fusion-platform logs/,
  },
  {
    command: 'logs',
    args: () => ['Bad'],
    seen: /\d\d:\d\d:\d\d\.\d{3} {2}About to fail\n.*Failing as asked/,
  },
  { command: 'metrics', args: () => ['Good'], seen: /Copy .*256 MB/ },
  {
    command: 'open',
    args: () => ['Good', '--print'],
    seen: /http:\/\/127\.0\.0\.1:\d+\/processes\/[\da-f-]{36}/,
  },
];

const receipt = async (world: World, process: string, file: string): Promise<string> => {
  const path = world.name(file);
  await world.prepare(['receipt', process, '--to', path]);
  return path;
};

export const receipts: readonly Transcript[] = [
  {
    command: 'receipt make',
    args: (world) => ['Good', '--to', world.name('made')],
    seen: /made \w+/,
  },
  {
    command: 'receipt verify',
    args: async (world) => [await receipt(world, 'Good', 'whole')],
    seen: /✔ whole \w+: Good, \d+ members/,
  },
  {
    command: 'receipt rerun',
    args: async (world) => [await receipt(world, 'Good', 'again'), '--name', world.name('Rerun'), '--watch'],
    seen: /Copy[^]*succeeded|✔ Copy/,
  },
  {
    command: 'receipt diff',
    args: async (world) => [await receipt(world, 'Good', 'a'), await receipt(world, 'Bad', 'b')],
    code: 3,
    seen: /Copy[^]*Exit one/,
  },
];

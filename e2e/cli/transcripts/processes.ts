import { unlessAsked } from './transcript.ts';
import type { Transcript, TestPlatform } from './transcript.ts';

/** A copy of the process that is there, under a name of its own. */
const copyOf = async (platform: TestPlatform, name: string): Promise<string> => {
  const copied = platform.name(name);
  await platform.prepare(['cp', 'Good', copied]);
  return copied;
};

export const processes: readonly Transcript[] = [
  { command: 'list', args: () => ['--search', 'Good'], seen: /Good\s.*succeeded/ },
  {
    command: 'display',
    args: () => ['Bad'],
    seen: /last run: failed; [^]*✖ failed .*\n +Exit one: It exited with 1/,
  },
  {
    command: 'start',
    args: (platform) => ['Copy', '-l', 'square.geojson', '--name', platform.name('Started'), '--watch'],
    seen: /Copy[^]*succeeded|✔ Copy/,
  },
  {
    command: 'define',
    args: () => ['Good', '--stdout'],
    seen: /service_name: Copy\nprocess_name: Good\ninputs:\n {2}- Good 1/,
  },
  {
    command: 'download',
    args: (platform) => ['Good', '--to', platform.name('down')],
    seen: /Downloaded 1 file/,
  },
  {
    command: 'stop',
    args: async (platform) => {
      const name = platform.name('Endless');
      await platform.prepare(['start', 'Sleepy', '-l', 'Good 1', '--name', name, '-p', 'seconds=600']);
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
  { command: 'cp', args: (platform) => ['Good', platform.name('Copied')], seen: /Copied/ },
  {
    command: 'rm',
    args: async (platform) => [await copyOf(platform, 'Removed'), ...unlessAsked(platform, '--yes')],
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
  { command: 'metrics', args: () => ['Good'], seen: /Copy .*256 MiB of memory/ },
  {
    command: 'open',
    args: () => ['Good', '--print'],
    seen: /http:\/\/127\.0\.0\.1:\d+\/processes\/[\da-f-]{36}/,
  },
];

const receipt = async (platform: TestPlatform, process: string, file: string): Promise<string> => {
  const path = platform.name(file);
  await platform.prepare(['receipt', process, '--to', path]);
  return path;
};

export const receipts: readonly Transcript[] = [
  {
    command: 'receipt make',
    args: (platform) => ['Good', '--to', platform.name('made')],
    seen: /made \w+/,
  },
  {
    command: 'receipt verify',
    args: async (platform) => [await receipt(platform, 'Good', 'whole')],
    seen: /✔ whole \w+: Good, \d+ members/,
  },
  {
    command: 'receipt rerun',
    args: async (platform) => [
      await receipt(platform, 'Good', 'again'),
      '--name',
      platform.name('Rerun'),
      '--watch',
    ],
    seen: /Copy[^]*succeeded|✔ Copy/,
  },
  {
    command: 'receipt diff',
    args: async (platform) => [await receipt(platform, 'Good', 'a'), await receipt(platform, 'Bad', 'b')],
    code: 3,
    seen: /Copy[^]*Exit one/,
  },
];

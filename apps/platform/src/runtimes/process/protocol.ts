import type { AttemptHandle, AttemptNews, AttemptSpec, RuntimeDescription } from '../local/attempts.ts';
import type { RuntimeErrorCode } from '../errors.ts';

/** Raised when either side changes what follows; a supervisor of another version ends once its attempts have. */
export const PROTOCOL_VERSION = 4;

export interface RunSetting {
  /** `auto` uses a sandbox where there is one, `required` refuses to run without. */
  sandbox: 'auto' | 'none' | 'required';
  controlGroups: 'auto' | 'none';
  /** A sample after this time at first, later ever more rarely, down to one in `longest`. */
  metricsMilliseconds: { shortest: number; longest: number };
}

/** One JSON document a line, over the supervisor's socket. */
export type Call =
  | { do: 'hello'; version: number }
  | { do: 'describe'; setting: RunSetting }
  | { do: 'start'; spec: AttemptSpec; setting: RunSetting }
  | { do: 'stop'; attemptId: string; graceSeconds: number }
  | { do: 'watch'; attemptId: string }
  | { do: 'unwatch'; attemptId: string }
  | { do: 'remove'; attemptId: string };

export interface Answers {
  hello: { version: number };
  describe: RuntimeDescription;
  start: AttemptHandle;
  stop: null;
  watch: { running: boolean };
  unwatch: null;
  remove: null;
}

export type Request = Call & { id: number };

export type Message =
  | { id: number; answer: unknown }
  | { id: number; failure: { code: RuntimeErrorCode; message: string } }
  | { attemptId: string; news: AttemptNews };

/** Cuts what arrives on a socket into documents; `refuse` is called for what is none. */
export function documentReader(
  receive: (document: unknown) => void,
  refuse: () => void,
): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      let document: unknown;
      try {
        document = JSON.parse(line);
      } catch {
        refuse();
        return;
      }
      receive(document);
    }
  };
}

import { buildReason } from '@fusion-platform/contract/reasons';
import type { ReasonCode } from '@fusion-platform/contract';

import type { ComponentInput, StoredReason } from '../../database/index.ts';
import type { RuntimeReason } from '../../runtimes/index.ts';
import { storedReason } from './queue-reason.ts';

const mostCharacters = 1000;

/** An address in a message shows where, never who may use it: a signed one carries its permission in its query. */
export const withoutCredentials = (text: string): string =>
  text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@"']*@)?([^\s?#"']*)(?:[?#][^\s"']*)?/gi, '$1$2');

const plain = (text: string): string => withoutCredentials(text).slice(0, mostCharacters);

const hostIn = (text: string): string | null =>
  /\b[a-z][a-z0-9+.-]*:\/\/([^\s/?#"']+)/i.exec(withoutCredentials(text))?.[1] ?? null;

function statusIn(text: string): number | null {
  const found = /\b(?:HTTP|status(?: code)?)[ :]*([1-5]\d\d)\b/i.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** Why an attempt ended as its runtime says it did, as data; null where the numbers of the component say all. */
export function endReasonOf(
  reason: RuntimeReason,
  parts: {
    readonly runtime: string;
    readonly inputs: readonly ComponentInput[];
    readonly logTail: string | null;
  },
): StoredReason | null {
  switch (reason.code) {
    case 'image_unavailable': {
      const { image, message } = reason.evidence;
      return storedReason('image_unavailable', {
        image,
        message: plain(message),
        host: hostIn(message) ?? registryOf(image),
      });
    }
    case 'input_unavailable':
      return inputReason(parts.inputs, reason.evidence.path, reason.evidence.message);
    case 'cannot_start':
      return startReason(parts.runtime, parts.logTail ?? reason.evidence.message);
    case 'unschedulable':
      return notAccepted(parts.runtime, reason.evidence.message);
    case 'cancelled':
      return storedReason('ended_outside', { runtime: parts.runtime });
    case 'timed_out':
      // For how long it ran, the row of the component knows.
      return { code: 'timed_out', evidence: { limit: reason.evidence.limitSeconds } };
    case 'signalled':
      return storedReason('signalled', { signal: reason.evidence.signal });
    default:
      return null;
  }
}

/** Docker's rule: the first part of a name is a registry where it has a dot or a port. */
function registryOf(image: string): string | null {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : null;
}

/** @param path as job.json says it: `inputs/1/scene.tif` */
export function inputReason(inputs: readonly ComponentInput[], path: string, message: string): StoredReason {
  const number = Number(/^inputs\/(\d+)\//.exec(path)?.[1]);
  const title = inputs.find((input) => input.number === number)?.title;
  const name = Number.isNaN(number) ? path : String(number);
  return storedReason('input_unavailable', {
    input: title ? `${name} (${title})` : name,
    file: path,
    message: plain(message),
    host: hostIn(message),
    status: statusIn(message),
  });
}

/** The sentence of the code, with its evidence in it. */
export const sentenceOf = ({ code, evidence }: StoredReason): string =>
  // Evidence was checked against its code when the reason was made.
  buildReason(code as ReasonCode, evidence as never).sentence;

/** What a runtime that starts commands itself writes to the log of one that it cannot start. */
const startNote = /^\[platform\] The component could not be started: /;

const notFound = /executable file not found|no such file or directory|: not found/i;

function startReason(runtime: string, said: string): StoredReason {
  const message = plain(said.replace(startNote, ''));
  const command = /"([^"]+)": (?:executable file not found|stat )/.exec(said)?.[1];
  return command !== undefined && notFound.test(said)
    ? storedReason('command_not_found', { command, message })
    : storedReason('cannot_start', { runtime, message });
}

/** What a runtime says of a job that it can never run. @param memoryMb what the job asks for */
export function notAccepted(runtime: string, said: string, memoryMb?: number): StoredReason {
  const message = plain(said);
  return memoryMb !== undefined && /\bmemory\b/i.test(said)
    ? storedReason('memory_on_no_node', { needed: memoryMb, message })
    : storedReason('not_accepted', { runtime, message });
}

/**
 * What the launch of a command says instead of the command: the sandbox and the shell write to the same log. Null where
 * the service itself has said anything, so that it cannot pass its own failure off as one of the platform by a last line.
 */
export function launchReason(logTail: string | null, exitCode: number | null): StoredReason | null {
  const lines = logTail?.split('\n') ?? [];
  if (lines.length === 0) return null;
  if (lines.every((line) => line.startsWith('bwrap: '))) {
    const command = /^bwrap: execvp (.+): No such file or directory$/.exec(lines.at(-1)!)?.[1];
    const message = plain(lines.join('\n'));
    return command === undefined
      ? storedReason('no_sandbox', { message })
      : storedReason('command_not_found', { command, message });
  }
  const missing = /^(?:attempt|setpriv): .*?([^\s:]+): (?:not found|No such file or directory)$/.exec(
    lines[0]!,
  )?.[1];
  return lines.length === 1 && missing !== undefined && (exitCode === 127 || exitCode === 126)
    ? storedReason('command_not_found', { command: missing, message: plain(lines[0]!) })
    : null;
}

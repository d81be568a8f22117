import type { FieldIssue, Process } from '@fusion-platform/contract';
import { isMasked, isSecret, secretMask } from '@fusion-platform/contract/options';

import type { ProcessDispatcher, ProcessOption, ProcessRow } from './parts.ts';

interface Valued {
  readonly name: string;
  readonly value?: string | null | undefined;
}

/** Options with their secrets covered. @param reference by which a client that sends them back gets what is stored */
export function withoutSecrets<O extends Valued>(options: readonly O[], reference = ''): O[] {
  const covered = reference === '' ? secretMask : `${secretMask}:${reference}`;
  return options.map((option) =>
    isSecret(option.name) && option.value ? { ...option, value: covered } : option,
  );
}

/** What clients may see of the options and dispatchers of a process, in its answers and in copies of it. */
export function coverProcess(row: Pick<ProcessRow, 'id' | 'options' | 'dispatchers'>): {
  readonly options: ProcessOption[];
  readonly dispatchers: ProcessDispatcher[];
} {
  return {
    options: withoutSecrets(row.options, row.id),
    dispatchers: row.dispatchers.map((dispatcher, index) => ({
      ...dispatcher,
      options:
        dispatcher.options && withoutSecrets(dispatcher.options, `${row.id}:${handleOf(dispatcher, index)}`),
    })),
  };
}

/** Names a dispatcher of a process, wherever it stands in the list; those of older rows by their place. */
const handleOf = ({ handle }: ProcessDispatcher, index: number): string => handle ?? String(index);

type Sent = {
  readonly options?: Process['options'] | undefined;
  readonly dispatchers?: Process['dispatchers'] | undefined;
};
type Stored = Pick<ProcessRow, 'id' | 'options' | 'dispatchers'>;

/** The processes that covered secrets refer to. */
export function referredProcesses({ options, dispatchers }: Sent): string[] {
  const sent = [...(options ?? []), ...(dispatchers ?? []).flatMap((dispatcher) => dispatcher.options ?? [])];
  return [...new Set(sent.flatMap((option) => readMask(option)?.processId ?? []))];
}

/**
 * Puts what is stored in the place of covered secrets: clients send back what they were shown, each dispatcher its own.
 * @param own the process that is changed, of which a mask without a reference is taken to speak
 * @param issues is told of masks for which nothing is stored any more
 */
export function uncoverProcess<S extends Sent>(
  sent: S,
  own: Stored | undefined,
  others: readonly Stored[],
  issues: FieldIssue[],
): S {
  const find = (id: string | undefined): Stored | undefined =>
    id === undefined ? own : others.find((stored) => stored.id === id);
  const uncover = <O extends Valued>(
    option: O,
    held: readonly Valued[] | null | undefined,
    path: string,
  ): O => {
    if (!readMask(option)) return option;
    const value = held?.find(({ name }) => name === option.name)?.value;
    if (!value)
      issues.push({
        path,
        message: `${option.name}: what it stands for is not stored any more: give it again`,
      });
    return { ...option, value: value ?? null };
  };
  const taken = new Set<string>();
  const options = sent.options?.map((option, index) => {
    const held = find(readMask(option)?.processId)?.options.filter(({ ssd_id }) => ssd_id === option.ssd_id);
    return uncover(option, held, `options[${index}].value`);
  });
  const dispatchers = sent.dispatchers?.map((dispatcher, at) => {
    const masks = (dispatcher.options ?? []).flatMap((option) => readMask(option) ?? []);
    if (masks.length === 0) return dispatcher;
    const held = (
      processId: string | undefined,
      handle: string | undefined,
    ): ProcessDispatcher | undefined => {
      const same = (find(processId)?.dispatchers ?? [])
        .map((each, index) => ({ ...each, handle: handleOf(each, index) }))
        .filter(({ ssd_id }) => ssd_id === dispatcher.ssd_id);
      // Without a handle only the sole one of its kind can be meant.
      if (handle === undefined) return same.length === 1 ? same[0] : undefined;
      return same.find((each) => each.handle === handle);
    };
    const changed = dispatcher.options?.map((option, index) => {
      const read = readMask(option);
      return read
        ? uncover(
            option,
            held(read.processId, read.handle)?.options,
            `dispatchers[${at}].options[${index}].value`,
          )
        : option;
    });
    const kept = masks.map(({ processId, handle }) =>
      find(processId) === own ? held(processId, handle)?.handle : undefined,
    )[0];
    // Sent twice, it is two dispatchers from now on.
    if (kept === undefined || taken.has(kept)) return { ...dispatcher, options: changed };
    taken.add(kept);
    return { ...dispatcher, options: changed, handle: kept };
  });
  return { ...sent, ...(options && { options }), ...(dispatchers && { dispatchers }) };
}

interface Mask {
  readonly processId: string | undefined;
  readonly handle: string | undefined;
}

function readMask({ name, value }: Valued): Mask | undefined {
  if (!value || !isSecret(name) || !isMasked(value)) return undefined;
  const reference = value.slice(secretMask.length);
  const found = /^(?::([\da-f-]{36})(?::([\da-f-]{1,36}))?)?$/.exec(reference);
  return found ? { processId: found[1], handle: found[2] } : undefined;
}

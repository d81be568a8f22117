import { oneLine } from '../../output/index.ts';
import type { Sink } from '../../output/index.ts';
import { evidenceText, nextMoveText } from '../../watching/index.ts';
import type { Reason } from './reasons.ts';

/** An execution, or a component of one, with its reasons. */
export interface Subject {
  readonly id: string;
  /** Of a component. */
  readonly executionId?: string;
  readonly reasons: readonly Reason[];
}

export interface LogTail {
  readonly component: string;
  readonly id: string;
  readonly records: readonly string[];
}

/** So many commands are offered. */
const mostNext = 3;

/**
 * Why, as people read it: each execution before its components. What an execution only repeats of a component is told with
 * the component, and what a component repeats of its execution is not told again.
 */
export function whyText(sink: Sink, subjects: readonly Subject[], tails: readonly LogTail[]): string {
  const { colours } = sink;
  const blocks = inOrder(subjects).flatMap((subject) => blocksOf(sink, subject, subjects));
  const ends = tails
    .filter(({ records }) => records.length > 0)
    .map(({ component, records }) =>
      [
        colours.bold(`The end of the log of ${oneLine(component)}`),
        ...records.map((line) => `  ${oneLine(line)}`),
      ].join('\n'),
    );
  const next = commandsOf(subjects).map((command) => `  → ${command}`);
  return [...blocks, ...ends, ...next].join('\n');
}

/** Each execution, then its components. */
function inOrder(subjects: readonly Subject[]): readonly Subject[] {
  const executions = subjects.filter(({ executionId }) => executionId === undefined);
  const ids = new Set(executions.map(({ id }) => id));
  const partsOf = (id: string): readonly Subject[] =>
    subjects.filter(({ executionId }) => executionId === id);
  return [
    ...executions.flatMap((one) => [one, ...partsOf(one.id)]),
    ...subjects.filter(({ executionId }) => executionId !== undefined && !ids.has(executionId)),
  ];
}

/** The commands to type, without those of components where one of their execution does the same for all of them. */
function commandsOf(subjects: readonly Subject[]): readonly string[] {
  const byExecution = new Map(subjects.filter(isExecution).map(({ id, reasons }) => [id, verbsOf(reasons)]));
  const commands = subjects.flatMap(({ executionId, reasons }) => {
    const covered = executionId === undefined ? undefined : byExecution.get(executionId);
    return reasons
      .map(({ code, next }) => (covered && code === 'cancelled' ? null : next))
      .filter((next) => next !== null)
      .filter((next) => !covered?.has(verbOf(next)));
  });
  return [...new Set(commands)].slice(0, mostNext);
}

const isExecution = ({ executionId }: Subject): boolean => executionId === undefined;
const verbOf = (command: string): string => command.split(' ').slice(0, 2).join(' ');
const verbsOf = (reasons: readonly Reason[]): ReadonlySet<string> =>
  new Set(reasons.flatMap(({ next }) => (next === null ? [] : [verbOf(next)])));

function blocksOf(sink: Sink, subject: Subject, all: readonly Subject[]): string[] {
  const { id, executionId, reasons } = subject;
  const own = reasons.filter(({ of }) => of !== 'attempt');
  const attempts = reasons.filter(({ of }) => of === 'attempt');
  const others = isExecution(subject)
    ? all.filter((one) => one.executionId === id).flatMap((one) => one.reasons)
    : all.filter((one) => one.id === executionId).flatMap((one) => one.reasons);
  // How the last attempt ended is how the component did.
  const last = own.some(({ state }) => ['failed', 'stopped'].includes(state)) ? attempts.at(-1) : undefined;
  const known = new Set(all.flatMap((one) => [one.id, one.executionId]));
  return [
    ...attempts.filter((one) => one !== last).map((one) => block(sink, one, { known })),
    ...own.map((reason, i) =>
      block(sink, reason, {
        known,
        repeats: others.some((other) => isRepeated(reason, other)),
        ...(i === own.length - 1 && last ? { measured: last.evidence } : {}),
      }),
    ),
  ];
}

/** Whether a reason says nothing that another one does not say better. */
function isRepeated(reason: Reason, other: Reason): boolean {
  if (reason.of === 'execution')
    return other.of === 'component' && reason.sentence === `${other.name}: ${other.sentence}`;
  return other.of === 'execution' && reason.sentence === other.sentence;
}

function block(
  { colours }: Sink,
  reason: Reason,
  {
    known,
    repeats = false,
    measured = {},
  }: {
    readonly known: ReadonlySet<string | undefined>;
    readonly repeats?: boolean;
    readonly measured?: Reason['evidence'];
  },
): string {
  const { name, state, code, sentence, told } = reason;
  const title = `${colours.bold(oneLine(name))}  ${state}`;
  const evidence = Object.entries({ ...(repeats ? {} : reason.evidence), ...measured })
    .filter(([key, value]) => !isTold(reason, key, value, known))
    .map(([key, value]) => evidenceText(key, value));
  const evidenceLines = evidence.length > 0 ? [`  ${colours.dim(oneLine(evidence.join(', ')))}`] : [];
  if (repeats) return [title, ...evidenceLines].join('\n');
  return [
    code === state ? title : `${title} (${code})`,
    `  ${oneLine(sentence)}`,
    ...evidenceLines,
    // The component that failed stands beside it.
    ...(told && code !== 'cancelled' ? [`  ${oneLine(nextMoveText(told))}`] : []),
  ].join('\n');
}

/** What the lines around it say already, and ids that nobody reads. */
function isTold(
  { code, sentence }: Reason,
  key: string,
  value: unknown,
  known: ReadonlySet<string | undefined>,
): boolean {
  const text = String(value);
  // The unit MB has 1,048,576 bytes, and is MiB in sentences. Those of earlier platforms have it as it is.
  const forms = [text, text.replace(/ MB$/, ' MiB')];
  const isSaid = text.length > 3 && forms.some((form) => sentence.includes(form));
  return key === 'by' || known.has(text) || text === code || isSaid;
}

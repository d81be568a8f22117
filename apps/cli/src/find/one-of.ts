import { CliError, usageError } from '../errors/index.ts';
import { moment, oneLine } from '../output/index.ts';

/** What can be named: a process, data, a service. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly created_at?: string;
}

export interface Naming {
  /** What there are several of: `processes`. */
  readonly kind: string;
  /** Whether a part of the name will not do: for what cannot be undone. */
  readonly whole?: boolean;
}

/** So many of them are listed. */
const listed = 5;

/**
 * The one that a name means: the one that is called so, else the only one that has it in its name.
 *
 * @throws a usage error with the ids where it may mean several: another than the meant one would be started, stopped or
 *   removed without a word
 */
export async function oneOf<T extends Named>(
  found: AsyncIterable<T>,
  which: string,
  { kind, whole = false }: Naming,
): Promise<T | undefined> {
  const called: T[] = [];
  const like: T[] = [];
  for await (const one of found) {
    const list = one.name === which ? called : like;
    if (list.length <= listed) list.push(one);
    if (called.length > listed) break;
  }
  const [first, second] = called.length > 0 ? called : like;
  if (second) {
    const all = called.length > 0 ? called : like;
    const newest = newestOf(all);
    throw new CliError(
      called.length > 0
        ? `Several ${kind} are called "${which}": ${called.slice(0, listed).map(whenMade).join(', ')}${more(called)}`
        : `"${which}" may mean several ${kind}: ${like.slice(0, listed).map(whatCalled).join(', ')}${more(like)}`,
      {
        next: called.length > 0 ? 'name the one that is meant by its id' : 'give the whole name, or the id',
        ...(newest && called.length > 0 ? { instead: { typed: which, id: newest.id } } : {}),
      },
    );
  }
  if (whole && first && called.length === 0)
    throw usageError(
      `No ${kind} are called "${which}", only ${whatCalled(first)}`,
      'give the whole name, or the id, of what is to be removed',
    );
  return first;
}

/** The one that was made last, where all are known and each says when it was made. */
function newestOf<T extends Named>(all: readonly T[]): T | undefined {
  if (all.length > listed || all.some(({ created_at: at }) => at === undefined)) return undefined;
  return all.toSorted((a, b) => Date.parse(b.created_at!) - Date.parse(a.created_at!))[0];
}

const more = (all: readonly unknown[]): string => (all.length > listed ? ', …' : '');

const whenMade = ({ id, created_at: at }: Named): string =>
  at === undefined ? id : `${id} of ${moment(at)}`;

const whatCalled = ({ id, name }: Named): string => `"${oneLine(name)}" ${id}`;

import { usageError } from '../errors/index.ts';
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
  if (second)
    throw usageError(
      called.length > 0
        ? `Several ${kind} are called "${which}": ${called.slice(0, listed).map(whenMade).join(', ')}${more(called)}`
        : `"${which}" may mean several ${kind}: ${like.slice(0, listed).map(whatCalled).join(', ')}${more(like)}`,
      called.length > 0 ? 'name the one that is meant by its id' : 'give the whole name, or the id',
    );
  if (whole && first && called.length === 0)
    throw usageError(
      `No ${kind} are called "${which}", only ${whatCalled(first)}`,
      'give the whole name, or the id, of what is to be removed',
    );
  return first;
}

const more = (all: readonly unknown[]): string => (all.length > listed ? ', …' : '');

const whenMade = ({ id, created_at: at }: Named): string =>
  at === undefined ? id : `${id} of ${moment(at)}`;

const whatCalled = ({ id, name }: Named): string => `"${oneLine(name)}" ${id}`;

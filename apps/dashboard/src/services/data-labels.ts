import { dateTime } from '../format/time.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
}

/** What to call data in a list to choose from: by name, and by when it was added where several have that name. */
export function dataLabels(all: readonly Named[]): ReadonlyMap<string, string> {
  const count = new Map<string, number>();
  for (const { name } of all) count.set(name, (count.get(name) ?? 0) + 1);
  return new Map(
    all.map(({ id, name, created_at: at }) => [
      id,
      count.get(name) === 1 ? name : `${name}, added ${dateTime(at)}`,
    ]),
  );
}

import type { JsonBytes } from './json-bytes.ts';

/** Writes the wire form of a value. @returns whether it is as the schema has it: if not, what has been written counts for nothing */
export type Writer = (value: unknown, out: JsonBytes) => boolean;

export interface WrittenField {
  readonly key: string;
  readonly write: Writer;
  /**
   * Where there is no such key: it is written all the same (`null`), or left out. Of a `skipped` one neither null nor what
   * `write` makes nothing of appears; of others that is a fault of the whole.
   */
  readonly absent: 'null' | 'left out' | 'skipped';
}

const encoder = new TextEncoder();
const [begin, end] = [encoder.encode('{'), encoder.encode('}')];

/** A function that writes an object of known keys. */
export function fieldsWriter(fields: readonly WrittenField[]): Writer {
  const made = fields.map(({ key, write, absent }) => {
    const name = `${JSON.stringify(key)}:`;
    return { key, write, absent, first: encoder.encode(name), next: encoder.encode(`,${name}`) };
  });
  return (value, out) => {
    const held = value as Readonly<Record<string, unknown>>;
    let isFirst = true;
    out.writeBytes(begin);
    for (const { key, write, absent, first, next } of made) {
      const own = held[key];
      if (
        absent === 'skipped' ? own === undefined || own === null : absent === 'left out' && own === undefined
      )
        continue;
      const start = out.length;
      out.writeBytes(isFirst ? first : next);
      if (write(own, out)) isFirst = false;
      else if (absent === 'skipped') out.length = start;
      else return false;
    }
    out.writeBytes(end);
    return true;
  };
}

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

/**
 * A function that writes an object of known keys, made as a program of its own: a loop over the keys looks each of them up
 * by its name, which takes as long as to write it. The keys are those of schemas, none comes from outside.
 */
export function fieldsWriter(fields: readonly WrittenField[]): Writer {
  const program = fields.map(({ key, absent }, index) => {
    const name = `out.writeBytes(first ? names[${index}] : nexts[${index}]);`;
    const write = `write${index}(own, out)`;
    const whole = `${name} first = false; if (!${write}) return false;`;
    const known = `own = value[${JSON.stringify(key)}];`;
    switch (absent) {
      case 'null':
        return `${known} ${whole}`;
      case 'left out':
        return `${known} if (own !== undefined) { ${whole} }`;
      case 'skipped':
        return `${known} if (own !== undefined && own !== null) {
          start = out.length; ${name} if (${write}) first = false; else out.length = start;
        }`;
    }
  });
  const make = compile(
    ['names', 'nexts', 'begin', 'end', ...fields.map((_field, index) => `write${index}`)],
    `return (value, out) => {
      let first = true, own, start;
      out.writeBytes(begin);
      ${program.join('\n')}
      out.writeBytes(end);
      return true;
    };`,
  );
  const names = fields.map(({ key }) => encoder.encode(`${JSON.stringify(key)}:`));
  const nexts = fields.map(({ key }) => encoder.encode(`,${JSON.stringify(key)}:`));
  return make(names, nexts, begin, end, ...fields.map(({ write }) => write)) as (
    value: unknown,
    out: JsonBytes,
  ) => boolean;
}

function compile(parameters: readonly string[], body: string): (...given: unknown[]) => unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- See above.
  return new Function(...parameters, body) as (...given: unknown[]) => unknown;
}

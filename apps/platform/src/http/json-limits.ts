import { CallError } from '@fusion-platform/contract';

/** More than any model needs: the process of a group of thousands of slices, which clients send back whole, included. */
const most = { depth: 32, keysOfObject: 2000, values: 500_000 } as const;

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = Array.from(
  '"\\,[]{}',
  (character) => character.charCodeAt(0),
) as [number, number, number, number, number, number, number];

/**
 * Refuses JSON that would take long to read, before it is read: to parse an object of 700,000 keys holds up everybody for
 * seconds, to look over its text takes milliseconds. What is no JSON is not noticed.
 * @throws CallError `too_large`
 */
export function refuseHugeJson(text: string): void {
  /** Of each object or list around the place, how many values it has had. */
  const counts: number[] = [];
  const objects: boolean[] = [];
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) {
      at = endOfString(text, at);
    } else if (character === openList || character === openObject) {
      if (counts.push(1) > most.depth) throw tooLarge(`nests deeper than ${most.depth} levels`);
      objects.push(character === openObject);
    } else if (character === closeList || character === closeObject) {
      counts.pop();
      objects.pop();
    } else if (character === comma) {
      values += 1;
      const inner = counts.length - 1;
      counts[inner] = (counts[inner] ?? 0) + 1;
      if (objects[inner] && counts[inner] > most.keysOfObject)
        throw tooLarge(`has an object of more than ${most.keysOfObject} keys`);
      if (values > most.values) throw tooLarge(`has more than ${most.values} values`);
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const next = text.indexOf('"', at);
    if (next === -1) return text.length;
    let slashes = 0;
    while (text.charCodeAt(next - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return next;
    at = next;
  }
}

const tooLarge = (fault: string): CallError =>
  new CallError('too_large', `The body of the request ${fault}: no model is so large`);

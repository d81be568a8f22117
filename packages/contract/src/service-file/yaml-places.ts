import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';

/** Where something stands in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly PropertyKey[];

/** A YAML file with the place of each part of it. */
export interface PlacedYaml {
  readonly value: unknown;
  /** What keeps it from being read, by place. */
  readonly faults: readonly (Place & { readonly message: string })[];
  /** Where the part at a path stands, or the nearest part around it. */
  placeOf(path: Path): Place;
  /** Where the word of a map stands. */
  placeOfKey(path: Path, key: string): Place;
}

/** Reads YAML without a limit on its size: bound it before. */
export function readYaml(text: string): PlacedYaml {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    // Keys that are there twice are looked for below: the library compares each with all others.
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    const faults = [...document.errors, ...repeatedKeys(document)].map(({ message, pos }) => ({
      message,
      ...at(pos[0]),
    }));
    return {
      value: faults.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
      faults,
      placeOf: (path) => at(offsetOf(document, path)),
      placeOfKey: (path, key) => at(offsetOfKey(document, path, key)),
    };
  } catch (error) {
    const top = { line: 1, column: 1 };
    const message = error instanceof RangeError ? 'it is nested too deep' : (error as Error).message;
    return { value: undefined, faults: [{ message, ...top }], placeOf: () => top, placeOfKey: () => top };
  }
}

function repeatedKeys(document: Document.Parsed): { message: string; pos: [number, number] }[] {
  const faults: { message: string; pos: [number, number] }[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value))
          faults.push({
            message: `"${String(key.value)}" is there twice`,
            pos: [key.range?.[0] ?? 0, key.range?.[1] ?? 0],
          });
        seen.add(key.value);
      }
    },
  });
  return faults;
}

function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function offsetOfKey(document: Document.Parsed, path: Path, key: string): number {
  const map = path.length === 0 ? document.contents : (document.getIn(path, true) as Node | undefined);
  const pair = isMap(map)
    ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
  return isMap(map) || isSeq(map) ? (map.range?.[0] ?? 0) : offsetOf(document, path);
}

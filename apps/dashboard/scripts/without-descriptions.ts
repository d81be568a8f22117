import type { Plugin } from 'vite';

/** The contract says of each field and call what it is, for openapi.json and for editors. The page shows none of it. */
const contract = /packages[\\/]contract[\\/]src[\\/](models|calls|fields)[\\/]/;
const told = new Set(['title', 'description']);

/**
 * Leaves the titles and descriptions of the contract out of the page: 10 kB of 248 by Brotli, 11 of 252 by gzip, with which it would be too large. Only texts that
 * are written out go; a field of a model may be called so too, and is no text.
 */
export function withoutDescriptions(): Plugin {
  return {
    name: 'without-descriptions',
    transform(code, id) {
      if (!contract.test(id)) return null;
      const gone: [number, number][] = [];
      walk(this.parse(code), (node) => {
        if (node.type !== 'ObjectExpression') return;
        for (const { key, value, start, end } of node['properties'] as Property[])
          if (told.has(key?.name ?? '') && isText(value)) gone.push([start, end]);
      });
      return { code: cut(code, gone), map: null };
    },
  };
}

interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

interface Property {
  readonly key?: { readonly name?: string };
  readonly value?: Node;
  readonly start: number;
  readonly end: number;
}

const isText = (node: Node | undefined): boolean =>
  (node?.type === 'Literal' && typeof node['value'] === 'string') ||
  (node?.type === 'TemplateLiteral' && (node['expressions'] as unknown[]).length === 0);

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (isNode(node)) {
    visit(node);
    for (const part of Object.values(node)) if (part && typeof part === 'object') walk(part, visit);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';

/** With the comma that follows each. */
function cut(code: string, ranges: readonly (readonly [number, number])[]): string {
  let [kept, at] = ['', 0];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    kept += code.slice(at, start);
    at = end + (/^\s*,/.exec(code.slice(end))?.[0].length ?? 0);
  }
  return kept + code.slice(at);
}

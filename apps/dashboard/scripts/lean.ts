// What the page never uses of the packages that it is built of, left out of its script.
import type { Plugin } from 'vite';

/**
 * Zod gives each schema a method that writes it as JSON Schema, which brings 18 kB of code along. The page never calls it: the
 * contract's own build prints openapi.json.
 */
const jsonSchema = /zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/;

/** The contract says of each field and call what it is, for openapi.json and for editors. */
const contract = /packages[\\/]contract[\\/]src[\\/](models|calls|fields)[\\/]/;
const told = new Set(['title', 'description']);

export function withoutJsonSchema(): Plugin {
  return {
    name: 'without-json-schema',
    transform(code, id) {
      if (!jsonSchema.test(id)) return null;
      const names = [...code.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
      return {
        code: names.map((name) => `export const ${name} = () => () => undefined;`).join('\n'),
        map: null,
      };
    },
  };
}

/** Strings have a method for each of some thirty formats, which keep the code of all. The contract uses none of them. */
export function withoutFormats(): Plugin {
  const formats =
    /^ {4}\w+\(params\) \{\n {8}return this\.check\((?:core\._\w+\(Zod\w+, params\)|iso\.\w+\(params\))\);\n {4}\},\n/gm;
  return {
    name: 'without-formats',
    transform(code, id) {
      if (!/zod[\\/]v4[\\/]classic[\\/]schemas\.js$/.test(id)) return null;
      return { code: code.replaceAll(formats, ''), map: null };
    },
  };
}

/** Dates are written and read, none is put on the axis of a chart: that would bring the code for round steps along. */
export function withoutTicks(): Plugin {
  return {
    name: 'without-ticks',
    transform(code, id) {
      if (!/d3-time[\\/]dist[\\/]d3-time\.mjs$/.test(id)) return null;
      return {
        code: code.replaceAll(
          /^const \[(\w+), (\w+)\] = ticker\(.*\);$/gm,
          'const $1 = undefined, $2 = undefined;',
        ),
        map: null,
      };
    },
  };
}

/** Only texts that are written out go; a field of a model may be called so too, and is no text. */
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

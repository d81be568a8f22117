import type { ComponentRecord, FileRecord, Receipt } from './format.ts';

/** One thing that differs between two receipts. */
export interface Difference {
  readonly kind: 'component' | 'version' | 'image' | 'option' | 'input' | 'output' | 'state';
  readonly where: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** Two files of the same place whose contents differ. */
export interface DifferentFiles {
  readonly where: string;
  readonly a: FileRecord;
  readonly b: FileRecord;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Outputs whose contents differ, to be looked into. */
  readonly outputs: readonly DifferentFiles[];
}

/** What two receipts say differently of the same places: component by component in the order of slices and chains. */
export function compareReceipts(a: Receipt, b: Receipt): Comparison {
  const [ofA, ofB] = [componentsOf(a), componentsOf(b)];
  const differences: Difference[] = [];
  const outputs: DifferentFiles[] = [];
  for (const key of new Set([...ofA.keys(), ...ofB.keys()])) {
    const [one, other] = [ofA.get(key), ofB.get(key)];
    if (!one || !other) {
      differences.push({ kind: 'component', where: key, a: one ? 'there' : null, b: other ? 'there' : null });
      continue;
    }
    differences.push(...componentDifferences(key, one, other));
    differences.push(...inputDifferences(key, a, one, b, other));
    const compared = outputDifferences(key, a, one, b, other);
    differences.push(...compared.differences);
    outputs.push(...compared.outputs);
  }
  return { differences, outputs };
}

function componentsOf({ executions }: Receipt): Map<string, ComponentRecord> {
  const all = new Map<string, ComponentRecord>();
  for (const { group_index: index, components } of executions)
    for (const [i, component] of components.entries())
      all.set(
        `${index === null ? '' : `slice ${index + 1}, `}${component.chain_index ?? i} ${component.name}`,
        component,
      );
  return all;
}

function componentDifferences(where: string, a: ComponentRecord, b: ComponentRecord): Difference[] {
  const found: Difference[] = [];
  const compare = (kind: Difference['kind'], place: string, x: Known, y: Known): void => {
    const [one, other] = [textOf(x), textOf(y)];
    if (one !== other) found.push({ kind, where: place, a: one, b: other });
  };
  compare('version', where, a.service.version, b.service.version);
  const digests = [a.service.image_digest, b.service.image_digest];
  if (digests.some((digest) => digest !== null)) compare('image', where, digests[0], digests[1]);
  // Without digests the ids follow from the versions where no image is named.
  else if (a.service.version === b.service.version)
    compare('image', where, a.service.image_id, b.service.image_id);
  compare('state', where, a.state, b.state);
  const [optionsA, optionsB] = [a, b].map(
    ({ options }) => new Map(options.map(({ name, value }) => [name, value])),
  );
  for (const name of new Set([...optionsA!.keys(), ...optionsB!.keys()]))
    compare('option', `${where}, ${name}`, optionsA!.get(name), optionsB!.get(name));
  return found;
}

type Known = string | number | null | undefined;

const textOf = (value: Known): string | null =>
  value === undefined || value === null ? null : String(value);

/** The files of data items by number and name; files of one item may have the same name. */
function filesOf({ files }: Receipt, ids: readonly string[]): Map<string, FileRecord> {
  const found = new Map<string, FileRecord>();
  for (const [i, id] of ids.entries())
    for (const file of files.filter(({ data_id: data }) => data === id)) {
      const name = `${i + 1} ${file.file_name}`;
      let key = name;
      for (let again = 2; found.has(key); again += 1) key = `${name} (${again})`;
      found.set(key, file);
    }
  return found;
}

/** What data is called makes no difference to a run; what is in it does, and as which input it came. */
function inputDifferences(
  where: string,
  a: Receipt,
  one: ComponentRecord,
  b: Receipt,
  other: ComponentRecord,
): Difference[] {
  const found: Difference[] = [];
  for (let i = 0; i < Math.max(one.inputs.length, other.inputs.length); i += 1) {
    const [x, y] = [filesOfInput(a, one, i), filesOfInput(b, other, i)];
    // Of a file without a checksum it is not known whether it is the same.
    const sums = (files: readonly FileRecord[]): string =>
      files
        .map(({ sha256 }) => sha256 ?? '')
        .sort()
        .join(' ');
    const known = [...x, ...y].every(({ sha256 }) => sha256 !== null);
    if (known && sums(x) === sums(y)) continue;
    found.push({ kind: 'input', where: `${where}, input ${i + 1}`, a: namesOf(x), b: namesOf(y) });
  }
  return found;
}

const filesOfInput = ({ files }: Receipt, { inputs }: ComponentRecord, i: number): FileRecord[] =>
  files.filter(({ data_id: data }) => data === inputs[i]);

const namesOf = (files: readonly FileRecord[]): string | null =>
  files.length === 0
    ? null
    : files.map(({ file_name: name, sha256 }) => `${name} ${sha256 ?? 'without a checksum'}`).join(', ');

function outputDifferences(
  where: string,
  a: Receipt,
  one: ComponentRecord,
  b: Receipt,
  other: ComponentRecord,
): Comparison {
  const [x, y] = [filesOf(a, one.outputs), filesOf(b, other.outputs)];
  const differences: Difference[] = [];
  const outputs: DifferentFiles[] = [];
  for (const name of new Set([...x.keys(), ...y.keys()])) {
    const [fileA, fileB] = [x.get(name), y.get(name)];
    const place = `${where}, output ${name}`;
    if (!fileA || !fileB)
      differences.push({ kind: 'output', where: place, a: fileA?.sha256 ?? null, b: fileB?.sha256 ?? null });
    else if (fileA.sha256 !== fileB.sha256 || fileA.sha256 === null)
      outputs.push({ where: place, a: fileA, b: fileB });
  }
  return { differences, outputs };
}

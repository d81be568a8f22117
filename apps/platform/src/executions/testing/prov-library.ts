import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const venv = resolve(import.meta.dirname, '../../../../../node_modules/.cache/prov');
const interpreter = join(venv, 'bin', 'python');

const read = `
import json, sys
from prov.model import ProvDocument, ProvRelation, ProvElement
document = ProvDocument.deserialize(content=sys.stdin.read(), format='json')
again = ProvDocument.deserialize(content=document.serialize(format='json'), format='json')
elements = {str(r.identifier) for r in document.get_records(ProvElement)}
named = {str(v) for r in document.get_records(ProvRelation) for n, v in r.formal_attributes
  if v is not None and n.localpart not in ('time',)}
print(json.dumps({'same': document == again, 'elements': len(elements),
  'unknown': sorted(named - elements), 'text': document.get_provn()}))
`;

export interface ReadByLibrary {
  /** Whether it is the same after being written and read again. */
  readonly same: boolean;
  readonly elements: number;
  /** What relations name that is nowhere described. */
  readonly unknown: readonly string[];
  /** In PROV-N. */
  readonly text: string;
}

/** What the public Python library of PROV makes of a PROV-JSON document; or why there is no such library here. */
export async function provLibrary(): Promise<
  { readonly read: (document: object) => Promise<ReadByLibrary> } | { readonly missing: string }
> {
  try {
    if (!existsSync(interpreter)) await run('python3', ['-m', 'venv', venv]);
    await run(interpreter, ['-c', 'import prov']).catch(
      async () => await run(interpreter, ['-m', 'pip', 'install', '--quiet', 'prov']),
    );
    await run(interpreter, ['-c', 'import prov']);
  } catch (error) {
    return {
      missing: `the Python package prov cannot be installed here (${(error as Error).message.split('\n')[0]})`,
    };
  }
  return {
    read: async (document) => {
      const child = run(interpreter, ['-c', read]);
      child.child.stdin!.end(JSON.stringify(document));
      return JSON.parse((await child).stdout) as ReadByLibrary;
    },
  };
}

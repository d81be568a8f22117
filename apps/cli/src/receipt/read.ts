import { usageError } from '../errors/index.ts';
import { manifestName, receiptName } from './format.ts';
import type { Manifest, Receipt } from './format.ts';
import type { Member } from './archive.ts';

/** Reads `receipt.json`. @throws CliError for what is none */
export function parseReceipt(text: string | undefined, path: string): Receipt {
  const receipt = parse(text) as Partial<Receipt> | undefined;
  if (receipt?.format !== 'fusion-platform-receipt')
    throw usageError(`${path} is no receipt: it has no ${receiptName}`);
  if (receipt.version !== 1)
    throw usageError(
      `${path} is a receipt of version ${String(receipt.version)}, which this command does not know`,
    );
  return receipt as Receipt;
}

/** What of an archive does not agree with its manifest and receipt; empty when all does. */
export function faultsOf(
  members: ReadonlyMap<string, Member>,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const manifest = parse(texts.get(manifestName)) as Partial<Manifest> | undefined;
  if (!Array.isArray(manifest?.members)) return [`it has no ${manifestName}`];
  const listed = new Map(manifest.members.map((member) => [member.path, member]));
  const faults: string[] = [];
  for (const [path, { size, sha256 }] of listed) {
    const member = members.get(path);
    if (!member) faults.push(`${path} is missing`);
    else if (member.size !== size) faults.push(`${path} has ${member.size} bytes instead of ${size}`);
    else if (member.sha256 !== sha256) faults.push(`${path} has been changed`);
  }
  for (const path of members.keys())
    if (path !== manifestName && !listed.has(path)) faults.push(`${path} is not in the manifest`);
  const receipt = parse(texts.get(receiptName)) as Partial<Receipt> | undefined;
  for (const { path, sha256, file_name: name } of receipt?.files ?? [])
    if (path !== null && members.get(path)?.sha256 !== sha256)
      faults.push(`${name} is not the file that the receipt tells of`);
  return faults;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

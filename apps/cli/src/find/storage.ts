import type { Data, Organisation, Process } from 'fusion-platform';
import { v5 } from 'uuid';

import { orUndefined } from './process.ts';

/** Where in a process something is kept from one run to the next. */
export interface StoragePlace {
  /** Undefined where the process is not sliced. */
  readonly groupIndex: number | undefined;
  readonly groupCount: number | undefined;
  readonly ssdId: string;
  readonly chainIndex: number;
}

/**
 * The id of the data that holds what a service keeps across the runs of a process: a UUID of version 5 in the namespace
 * of URLs, in which Python's `None` stands for a group that is not there.
 */
export function storageId(
  processId: string,
  { groupIndex, groupCount, ssdId, chainIndex }: StoragePlace,
): string {
  const sliced = groupCount !== undefined && groupCount !== 1;
  const group = sliced ? `${groupCount}_${groupIndex}` : 'None_None';
  return v5(`${processId}_${group}_${ssdId}_${chainIndex}`, v5.URL);
}

/** What a service has kept; undefined when it has kept nothing. */
export async function findStorage(
  organisation: Organisation,
  process: Process,
  place: StoragePlace,
): Promise<Data | undefined> {
  return await orUndefined(organisation.dataItem(storageId(process.id, place)));
}

/** The name of a place in a definition file. */
export const storageKey = ({ groupIndex, groupCount, ssdId, chainIndex }: StoragePlace): string =>
  `${groupIndex ?? 1}_${groupCount ?? 1}_${ssdId}_${chainIndex}`;

/** @throws Error when the text is no key of a place */
export function placeOfKey(key: string): StoragePlace {
  const match = /^(\d+)_(\d+)_([\da-f-]{36})_(\d+)$/i.exec(key);
  if (!match) throw new Error(`"${key}" is no GROUPINDEX_GROUPCOUNT_SSDID_CHAININDEX`);
  const [, groupIndex, groupCount, ssdId, chainIndex] = match;
  const sliced = Number(groupCount) !== 1;
  return {
    groupIndex: sliced ? Number(groupIndex) : undefined,
    groupCount: sliced ? Number(groupCount) : undefined,
    ssdId: ssdId!,
    chainIndex: Number(chainIndex),
  };
}

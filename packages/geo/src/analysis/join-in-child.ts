import { resolve } from 'node:path';

import { AnalysisError } from '../findings/index.ts';
import { tooMuchOf } from '../vector/index.ts';
import type { CoveredGround } from '../vector/index.ts';
import { runInChild } from './run-in-child.ts';
import type { ChildLimits } from './run-in-child.ts';

/**
 * The ground that files of one data item cover together, worked out in a process of its own within limits of time and
 * memory. What is beyond them is not worked out: a warning says so, and the area is null.
 * @param path a text of GeoJSON a line, one a file, in longitude and latitude
 * @throws the signal's reason when aborted
 */
export async function joinInChild(path: string, limits: ChildLimits): Promise<CoveredGround> {
  try {
    const answer = await runInChild(
      { kind: 'join', path: resolve(path) },
      { ...limits, fileName: 'The region' },
    );
    if (answer.kind === 'joined') return answer.ground;
    throw new Error(`analysis answered ${answer.kind}`);
  } catch (error) {
    if (error instanceof AnalysisError)
      return { area: null, region: null, warnings: [tooMuchOf('files of this item')] };
    throw error;
  }
}

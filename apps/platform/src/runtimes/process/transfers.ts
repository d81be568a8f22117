import { readFileSync } from 'node:fs';

import type { AttemptStatus, MetricsRecord } from '../local/attempts.ts';

const kinds = ['s3', 'gcs', 'external', 'internal'] as const;

type Transferred = Pick<MetricsRecord, `${(typeof kinds)[number]}_transfer_bytes`>;

/**
 * What each sample has of what a service says it has transferred so far: the part since the sample before, since whoever reads
 * samples adds them up. Goes on where an earlier watcher of the same attempt left off.
 */
export class Transfers {
  readonly #told: AttemptStatus['transfer'] = { s3: 0, gcs: 0, external: 0, internal: 0 };
  #first = true;

  /** @param metricsFile the samples so far, a JSON document a line; there need not be any */
  constructor(metricsFile: string) {
    for (const sample of samplesIn(metricsFile)) this.told(sample);
  }

  /** Whether there is no sample yet. */
  get isFirst(): boolean {
    return this.#first;
  }

  /** A service that says less than it did has transferred nothing since. */
  since(transferred: AttemptStatus['transfer'] | undefined): Transferred {
    const part = (kind: (typeof kinds)[number]): number =>
      Math.max(0, (transferred?.[kind] ?? 0) - this.#told[kind]);
    return {
      s3_transfer_bytes: part('s3'),
      gcs_transfer_bytes: part('gcs'),
      external_transfer_bytes: part('external'),
      internal_transfer_bytes: part('internal'),
    };
  }

  /** Call with each sample that is written down. */
  told(sample: Transferred): void {
    this.#first = false;
    for (const kind of kinds) this.#told[kind] += sample[`${kind}_transfer_bytes`];
  }
}

function samplesIn(path: string): Transferred[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Transferred];
    } catch {
      // The platform ended while it wrote this one.
      return [];
    }
  });
}

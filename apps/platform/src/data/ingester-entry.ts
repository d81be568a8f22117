import type { Outline } from '@fusion-platform/geo';

/** The ingester of the platform itself: it asks an archive, where those of `geo` read the file. */
export const cloudIngester = 'cloud_cover';

/** What `ingesters` of a file says of one that has ended: when, and what it found, why it was skipped or failed. */
export interface IngesterEntry extends Readonly<Record<string, unknown>> {
  readonly ended_at: string;
}

export function entry(detail: Readonly<Record<string, unknown>>): IngesterEntry {
  return { ended_at: new Date().toISOString(), ...detail };
}

export function outlineDetail(outline: Outline | null): Readonly<Record<string, unknown>> {
  return outline ? { bounds: [...outline.bounds] } : { empty: true };
}

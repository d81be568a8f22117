import { data, services } from './data-and-services.ts';
import { members } from './members.ts';
import { access, platformTranscripts } from './platform.ts';
import { processes, receipts } from './processes.ts';
import type { Transcript } from './transcript.ts';

/** One of each command; `commands.test.ts` holds that none is missing. */
export const transcripts: readonly Transcript[] = [
  ...processes,
  ...receipts,
  ...data,
  ...services,
  ...platformTranscripts,
  ...access,
  // The operator belongs to two organisations afterwards, between which a login asks.
  ...members,
];

import type { Work } from '../../component/index.ts';
import type { AttemptRow } from '../../rows.ts';

/** What a step of a component leads to. */
export interface Step {
  /** Where it stands then; `read` where the database has to tell; `done` when it needs no driver any more. */
  readonly next: Work | 'read' | 'done';
  /** The attempt as it ended. */
  readonly attempt?: AttemptRow;
}

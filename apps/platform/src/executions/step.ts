import type { Work } from './component.ts';

/** What a step of a component leads to. */
export interface Step {
  /** Where it stands then; `read` where the database has to tell; `done` when it needs no driver any more. */
  readonly next: Work | 'read' | 'done';
  /** Further components that this platform has taken up in the same transaction. */
  readonly taken?: readonly string[];
}

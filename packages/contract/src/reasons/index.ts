export { buildReason } from './build-reason.ts';
export type { Reason, ReasonEvidence } from './build-reason.ts';
export { printReasons } from './print-table.ts';
export { reasonTable } from './table.ts';
export type { ReasonCode, ReasonKind, Unit, Whose } from './table.ts';

export { balance, charge, grant, refund } from './ledger.ts';
export type { Movement } from './ledger.ts';

export { createAccounts } from './accounts.ts';
export type { Accounts } from './accounts.ts';
export { firstOrganisation, firstStart } from './first-start.ts';
export type { FirstStart } from './first-start.ts';
export { balance, charge, grant, refund } from './ledger.ts';
export type { Movement } from './ledger.ts';
export { signingKey } from './tokens.ts';
export type { Session } from './tokens.ts';

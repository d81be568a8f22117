export { changeDeleteExpiry, changeDeleteProtection } from './change-expiry.ts';
export { cleanAttempts, cleanUp, createCleanupQueue } from './clean-attempts.ts';
export type { CleanupQueue } from './clean-attempts.ts';
export { removeExecution, removeExpired, removeProcess } from './remove.ts';
export { warnOfExpiry } from './warn-of-expiry.ts';

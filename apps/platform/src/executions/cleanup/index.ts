export { changeDeleteExpiry, changeDeleteProtection } from './change-expiry.ts';
export { cleanAttempts, cleanUp, createCleanupQueue } from './clean-attempts.ts';
export type { CleanupQueue } from './clean-attempts.ts';
export { removeLeft, removeProcess } from './remove-process.ts';
export { removeExecution, removeExpired } from './remove.ts';
export { warnOfExpiry } from './warn-of-expiry.ts';

export { createAttemptHints } from './attempt-hints.ts';
export { drive } from './drive.ts';
export { createEngine } from './engine.ts';
export { buildJob, distinctNames, inputFolder } from './job/index.ts';
export type { JobFile } from './job/index.ts';
export { createMaintenance } from './maintenance.ts';
export { createManifestCache } from './manifest-cache.ts';
export { nodeIdOf } from './node-id.ts';

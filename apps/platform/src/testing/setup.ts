import { resolveOnce } from '../resolve-once.ts';

// A file of tests starts as a platform does: of those that import one it is a fifth of the processor time.
resolveOnce();

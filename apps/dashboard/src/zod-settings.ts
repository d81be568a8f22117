import { config } from 'zod';

// Schemas would be compiled with `new Function`, which the policy of the page forbids; without this they try, and the
// browser reports it.
config({ jitless: true });

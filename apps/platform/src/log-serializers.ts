import { stdSerializers } from 'pino';

import { withoutParameters } from './database/index.ts';

/** How the log shows what it is given. */
export const logSerializers = {
  err: (error: Error) => stdSerializers.err(withoutParameters(error) as Error),
};

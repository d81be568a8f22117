import { runService } from '@fusion-platform/service-kit';

import { sendOutputs } from './send.ts';

await runService(sendOutputs);

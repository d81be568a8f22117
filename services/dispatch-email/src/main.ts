import { runService } from '@fusion-platform/service-kit';

import { sendOutputs } from './email.ts';

await runService(sendOutputs);

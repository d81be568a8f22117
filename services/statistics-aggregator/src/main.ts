import { runService } from '@fusion-platform/service-kit';

import { aggregate } from './aggregate.ts';

await runService(aggregate);

import { runService } from '@fusion-platform/service-kit';

import { indices } from './indices.ts';

await runService(indices);

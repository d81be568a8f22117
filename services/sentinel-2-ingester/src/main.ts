import { runService } from '@fusion-platform/service-kit';

import { ingest } from './ingest.ts';

await runService(ingest);

import { runService } from '@fusion-platform/service-kit';

import { clouds } from './clouds.ts';

await runService(clouds);

import { runService } from '@fusion-platform/service-kit';

import { elevation } from './elevation.ts';

await runService(elevation);

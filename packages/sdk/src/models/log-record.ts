import { ProcessServiceExecutionLog as definition } from '@fusion-platform/contract';

import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, never> = modelClass({ definition, params: () => ({}) });

/** One record of a component's log. */
export class ProcessServiceExecutionLog extends Base {}

import { WebhookDelivery as definition } from '@fusion-platform/contract';

import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, never> = modelClass({ definition, params: () => ({}) });

/** One event for a webhook, and how its delivery went. */
export class WebhookDelivery extends Base {}

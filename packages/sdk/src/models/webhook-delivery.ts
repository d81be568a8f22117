import { WebhookDelivery as definition } from '@fusion-platform/contract';

import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, never> = modelClass({ definition, params: () => ({}) });

/** One piece of news for a webhook, and how the telling went. */
export class WebhookDelivery extends Base {}

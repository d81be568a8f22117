import { calls, Credit as definition } from '@fusion-platform/contract';

import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, 'get'> = modelClass({
  definition,
  get: calls.getCredit,
  params: ({ id, organisation_id }) => ({ organisation_id: organisation_id ?? id, credit_id: id }),
});

/** What an organisation has and spends, in credits. */
export class Credit extends Base {}

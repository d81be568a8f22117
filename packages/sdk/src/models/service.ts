import { calls, Service as definition } from '@fusion-platform/contract';

import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete'> = modelClass({
  definition,
  get: calls.getService,
  update: calls.updateService,
  delete: calls.deleteService,
  params: ({ id, organisation_id }) => ({ organisation_id, service_id: id }),
});

/** One version of a service: what it takes, runs and gives. A dispatcher is one too. */
export class Service extends Base {}

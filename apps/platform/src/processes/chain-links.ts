import type { Process } from '@fusion-platform/contract';

import type { Planned } from './plan.ts';
import { withoutSecrets } from './secrets.ts';

/** What runs, in order, as a process shows it: nothing is made yet, so there are no outputs. */
export function linksOf(components: readonly Planned[]): NonNullable<Process['chains']> {
  return components.map(({ ssdId, serviceId, inputs, options, intermediate }) => ({
    ssd_id: ssdId,
    service_id: serviceId,
    inputs: inputs.map(({ from }) => (from.kind === 'data' ? from.dataId : null)),
    outputs: null,
    options: withoutSecrets(options),
    intermediate,
  }));
}

import type { Organisation } from 'fusion-platform';

import type { Definition } from '../../definition/index.ts';
import { findService } from '../../find/index.ts';

/** Whether a definition says all that its service needs; only then is nothing asked for. */
export async function isComplete(
  organisation: Organisation,
  { serviceName, inputs }: Definition,
): Promise<boolean> {
  const service = await findService(organisation, serviceName);
  const template = await organisation.newProcess({ name: service.name, service });
  return inputs.length >= template.inputs.length;
}

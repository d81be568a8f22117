import { name, uuid } from './document.ts';
import type { Draft } from './document.ts';
import type { Facts } from './facts.ts';

const platform = 'fusion:platform';

/** Who asked for the execution, for whom, and the platform, which ran the component by the plan of its service. */
export function describeAgents(draft: Draft, facts: Facts): void {
  const { component, execution, attempts } = facts;
  const organisation = draft.thing('agent', uuid(execution.organisation_id), {
    'prov:type': name('prov:Organization'),
    'prov:label': facts.organisation?.name,
  });
  draft.thing('agent', platform, {
    'prov:type': name('prov:SoftwareAgent'),
    'prov:label': 'Fusion Platform',
    'fusion:version': facts.platformVersion,
  });
  let asker = organisation;
  // A run that began by its schedule was asked for by nobody in particular.
  if (execution.requested_by !== null) {
    asker = draft.thing('agent', uuid(execution.requested_by), {
      'prov:type': name('prov:Person'),
      'prov:label': facts.user?.name,
      'fusion:email': facts.user?.email,
    });
    draft.relate('actedOnBehalfOf', {
      'prov:delegate': asker,
      'prov:responsible': organisation,
      'prov:activity': uuid(execution.id),
    });
  }
  draft.relate('wasAssociatedWith', {
    'prov:activity': uuid(execution.id),
    'prov:agent': asker,
    'prov:role': name('fusion:requester'),
  });
  draft.relate('actedOnBehalfOf', {
    'prov:delegate': platform,
    'prov:responsible': asker,
    'prov:activity': uuid(component.id),
  });
  for (const activity of [component.id, ...attempts.map(({ id }) => id)])
    draft.relate('wasAssociatedWith', {
      'prov:activity': uuid(activity),
      'prov:agent': platform,
      'prov:plan': uuid(component.service_id),
    });
}

import { useParams } from '@tanstack/react-router';
import type { Organisation } from 'fusion-platform';

import { useSignedIn } from '../session/context.ts';

/** The organisation of the address, of which the user is a member; undefined when it is another. */
export function useOrganisationIfMember(): Organisation | undefined {
  const { org } = useParams({ strict: false });
  return useSignedIn().organisations.find(({ id }) => id === org);
}

export function useOrganisation(): Organisation {
  const organisation = useOrganisationIfMember();
  if (!organisation) throw new Error('There is no such organisation among yours');
  return organisation;
}

import type { ReactNode } from 'react';

import { useOrganisation } from '../shell/use-organisation.ts';
import { PageHead } from '../ui/page-head.tsx';
import { Health } from './health.tsx';
import { Nodes } from './nodes.tsx';
import { Sessions } from './sessions.tsx';
import { Spending } from './spending.tsx';
import { Members } from './members.tsx';
import { Webhooks } from './webhooks.tsx';
import './organisation.css';

/** What an organisation may spend, who belongs to it, who is told what, and how the platform is. */
export function OrganisationPage(): ReactNode {
  const organisation = useOrganisation();
  return (
    <>
      <PageHead title={organisation.name} name="Organisation" />
      <Spending />
      <div className="columns">
        <div className="stack">
          <Members />
          <Webhooks />
          <Sessions />
        </div>
        <Health />
      </div>
      <Nodes />
    </>
  );
}

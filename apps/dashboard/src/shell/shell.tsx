import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

import { useConnection } from '../platform/connection-store.ts';
import { Empty } from '../ui/empty.tsx';
import { keepOrganisation } from './first-page.tsx';
import { SideBar } from './side-bar.tsx';
import { useOrganisationIfMember } from './use-organisation.ts';

/** What stands around every page of an organisation. */
export function Shell(): ReactNode {
  const organisation = useOrganisationIfMember();
  const connection = useConnection();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    if (organisation) keepOrganisation(organisation.id);
  }, [organisation]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <SideBar open={open} toggle={() => setOpen(!open)} />
      <div>
        {connection === 'lost' && (
          <div className="lost" role="status">
            The connection to the platform is lost. What you see may be out of date; the page goes on trying.
          </div>
        )}
        {connection === 'ended' && (
          <div className="lost" role="alert">
            Your session has ended. Load the page again to sign in.
          </div>
        )}
        <main className="main stack" id="content" tabIndex={-1}>
          {organisation ? (
            <Outlet />
          ) : (
            <Empty title="There is no such organisation among yours">
              <p>Choose another one, or ask a manager of that organisation to make you a member.</p>
            </Empty>
          )}
        </main>
      </div>
    </div>
  );
}

import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { useSignedIn } from '../session/context.ts';
import { Empty } from '../ui/empty.tsx';

/** Goes to the organisation that was looked at last. */
export function FirstPage(): ReactNode {
  const { organisations } = useSignedIn();
  const last = lastOrganisation();
  const chosen = organisations.find(({ id }) => id === last) ?? organisations[0];
  if (chosen) return <Navigate to="/o/$org" params={{ org: chosen.id }} replace />;
  return (
    <Empty title="You belong to no organisation yet">
      <p>Ask whoever runs the platform to make you a member of one.</p>
    </Empty>
  );
}

const key = 'organisation';

export function lastOrganisation(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepOrganisation(id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch {
    // The first one is shown next time.
  }
}

import type { Organisation, User } from 'fusion-platform';
import { createContext, use } from 'react';

import type { OpenedSession } from './open.ts';

export interface SignedIn extends OpenedSession {
  readonly user: User;
  readonly organisations: readonly Organisation[];
  readonly signOut: () => Promise<void>;
}

export const SessionContext = createContext<SignedIn | undefined>(undefined);

export function useSignedIn(): SignedIn {
  const signedIn = use(SessionContext);
  if (!signedIn) throw new Error('used outside of a session');
  return signedIn;
}

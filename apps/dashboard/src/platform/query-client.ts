import {
  AuthenticationError,
  ConnectionError,
  NotFoundError,
  PermissionError,
  SessionExpiredError,
  UnsupportedError,
} from 'fusion-platform';
import { QueryCache, QueryClient } from '@tanstack/react-query';

import { connection } from './connection-store.ts';

/** Asking again would bring the same answer. */
const final = [AuthenticationError, NotFoundError, PermissionError, SessionExpiredError, UnsupportedError];

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ConnectionError) connection.lost();
      if (error instanceof SessionExpiredError) connection.ended();
    },
    onSuccess: () => connection.found(),
  }),
  defaultOptions: {
    queries: {
      // What the platform gave are objects with methods: they are taken as they are.
      structuralSharing: false,
      staleTime: 1000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && !final.some((kind) => error instanceof kind),
      retryDelay: 1000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

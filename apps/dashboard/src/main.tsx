import './zod-settings.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { queryClient } from './platform/query-client.ts';
import { router } from './router.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();
// The code of the page comes while the session opens, not after it.
void router.load();
const joined = async (org: string): Promise<void> =>
  await router.navigate({ to: '/o/$org', params: { org }, replace: true });
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <SessionGate joined={joined}>
        <RouterProvider router={router} />
      </SessionGate>
    </QueryClientProvider>
  </StrictMode>,
);

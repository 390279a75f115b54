import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { forgetUser, recheckUser } from '#features/accounts/client/queries.ts';
import { OfflineNotice } from '#ui/app/offline.tsx';
import { createQueryClient } from '#ui/app/query-client.ts';
import { keepKeysForInputMethods } from '#ui/primitives/input-method.ts';
import { Toasts } from '#ui/primitives/toast.tsx';
import { App } from './app.tsx';
import '#ui/styles/index.css';

// Keys of an input method reach no handler.
keepKeysForInputMethods();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const queryClient = createQueryClient({ onSignedOut: forgetUser, onDenied: recheckUser });
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
      <OfflineNotice />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);

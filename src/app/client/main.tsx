import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { forgetUser } from '#features/accounts/client/queries.ts';
import { keepKeysForInputMethods } from '#ui/input-method.ts';
import { OfflineNotice } from '#ui/offline.tsx';
import { createQueryClient } from '#ui/query-client.ts';
import { Toasts } from '#ui/toast.tsx';
import { App } from './app.tsx';
import '#ui/styles/index.css';

// No key of an input method reaches a handler.
keepKeysForInputMethods();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient(forgetUser)}>
      <App />
      <OfflineNotice />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);

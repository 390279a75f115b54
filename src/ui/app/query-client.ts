import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from '#wire/call.ts';
import { showFailure } from '../primitives/toast.tsx';

declare module '@tanstack/react-query' {
  interface Register {
    /** `inline`: the form shows its error itself, so there is no toast. */
    mutationMeta: { inline?: boolean };
  }
}

interface Options {
  /** The session expired, or was revoked elsewhere. */
  onSignedOut: (client: QueryClient) => void;
  /** Something is out of reach: the person may have lost a role or an organization. */
  onDenied: (client: QueryClient) => void;
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/** As long as a busy server says, and not all pages at once. */
function retryDelay(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? Number(error.problem['retryAfter'] ?? 0) * 1000 : 0;
  const wait = Math.max(asked, FIRST_RETRY_MS * 2 ** failures);
  return Math.min(LAST_RETRY_MS, wait * (1 + Math.random() / 2));
}

export function createQueryClient({ onSignedOut, onDenied }: Options): QueryClient {
  const noticeSignOut = (error: unknown) => {
    // Another person has signed in without this page knowing: nothing of the previous user may stay.
    if (error instanceof ProblemError && error.code === 'other_user') return location.reload();
    if (error instanceof ProblemError && error.status === 401 && error.code !== 'invalid_credentials') onSignedOut(client);
  };
  const notice = (error: unknown) => {
    noticeSignOut(error);
    if (error instanceof ProblemError && (error.code === 'role_too_small' || error.status === 404)) onDenied(client);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        notice(error);
        if (!mutation.meta?.inline) showFailure(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retryDelay,
        retry: (failures, error) => failures < 2 && error instanceof ProblemError && (error.status === 0 || error.status >= 502),
      },
      // When offline, they fail at once with a message, rather than being sent at an unknown time later.
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { exportUsage, getUsage, type UsageBy } from '#features/usage/contract.ts';
import { call } from '#ui/app/call.ts';
import { urlOf } from '#wire/call.ts';

export interface Selection {
  organization: string;
  from: string;
  to: string;
  project: string | undefined;
  user: string | undefined;
}

/** The previous data stays on screen until the new period is loaded. */
export const useUsage = (selection: Selection, by: UsageBy) =>
  useQuery({
    queryKey: ['usage', selection, by],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await call(getUsage, { query: { ...selection, by } }, { signal })).body,
  });

export const exportAddress = (selection: Selection): string => urlOf(exportUsage, { query: selection });

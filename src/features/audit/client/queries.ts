import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { exportAudit, listAudit, listAuditPeople } from '#features/audit/contract.ts';
import { call } from '#ui/call.ts';
import { urlOf } from '#wire/call.ts';
import type { CallOf } from '#wire/contract.ts';

export type Filter = Omit<NonNullable<CallOf<typeof exportAudit>['query']>, 'organization'>;

/** The newest page first. What was shown stays until what another filter chooses is there. */
export const useAudit = (organization: string, filter: Filter) =>
  useInfiniteQuery({
    queryKey: ['audit', organization, filter],
    placeholderData: keepPreviousData,
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (await call(listAudit, { query: { ...filter, organization, before: pageParam } }, { signal })).body,
    getNextPageParam: ({ entries, more }) => (more ? entries.at(-1)?.id : undefined),
  });

export const useAuditPeople = (organization: string) =>
  useQuery({
    queryKey: ['audit-people', organization],
    queryFn: async ({ signal }) => (await call(listAuditPeople, { query: { organization } }, { signal })).body.people,
  });

export const exportAddress = (organization: string, filter: Filter): string => urlOf(exportAudit, { query: { ...filter, organization } });

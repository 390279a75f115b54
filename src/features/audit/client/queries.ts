import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { exportAudit, listAudit, listAuditPeople } from '#features/audit/contract.ts';
import { call } from '#ui/app/call.ts';
import type { CallOf } from '#wire/contract.ts';

export type Filter = Omit<NonNullable<CallOf<typeof exportAudit>['query']>, 'organization'>;

/** The newest page first. Shows the previous entries until those of a new filter have loaded. */
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

/** Fetched rather than linked: an error is shown as a sentence, instead of a failed download. */
export const useExportAudit = (organization: string, filter: Filter) =>
  useMutation({
    mutationFn: async () => (await call(exportAudit, { query: { ...filter, organization } })).body,
    onSuccess: (csv) => save(new Blob([csv.slice()], { type: 'text/csv' }), 'audit.csv'),
  });

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

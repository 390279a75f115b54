import { queryOptions, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { getLoadReport, listLoadReports } from '#features/monitor/contract.ts';
import { getMonitor, type MonitorReply } from '#features/monitor/monitor-contract.ts';
import { call } from '#ui/app/call.ts';

export const listKey = ['load-reports'];

export const useLoadReports = () =>
  useInfiniteQuery({
    queryKey: listKey,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ signal, pageParam: before }) => (await call(listLoadReports, { query: { before } }, { signal })).body,
    getNextPageParam: ({ reports, more }) => (more ? reports.at(-1)?.id : undefined),
  });

const MINUTE_MS = 60_000;
/** For servers whose clocks are a little behind. */
const SPARE_MS = 2000;

/** Read again as soon as a minute is over, when there is more to show. */
export const useMonitor = (range: MonitorReply['range']) =>
  useQuery({
    queryKey: ['monitor', range],
    queryFn: async ({ signal }) => (await call(getMonitor, { query: { range } }, { signal })).body,
    refetchInterval: () => MINUTE_MS - (Date.now() % MINUTE_MS) + SPARE_MS,
  });

/** A report never changes. */
const reportQuery = (reportId: string) =>
  queryOptions({
    queryKey: ['load-report', reportId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await call(getLoadReport, { params: { reportId } }, { signal })).body.report,
  });

export const useLoadReport = (reportId: string) => useQuery(reportQuery(reportId));

/** @returns the loaded reports, and whether others are pending or failed */
export const useSeveralReports = (reportIds: readonly string[]) =>
  useQueries({
    queries: reportIds.map(reportQuery),
    combine: (results) => ({
      reports: results.flatMap(({ data }) => data ?? []),
      isPending: results.some(({ isPending }) => isPending),
      error: results.find(({ error }) => error)?.error,
    }),
  });

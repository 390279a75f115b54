import * as z from 'zod';
import { endpointsOf, id } from '#wire/contract.ts';
import { loadReport, loadReportSummary } from './load-report.ts';

const endpoint = endpointsOf('Monitoring');

const check = z.object({ ok: z.boolean(), detail: z.string(), milliseconds: z.number().optional() });

export const health = z
  .object({
    /** degraded: reads work; something needs attention. */
    status: z.enum(['ok', 'degraded', 'unavailable', 'stopping']),
    checks: z.record(z.string(), check),
    version: z.string(),
    uptimeSeconds: z.number(),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof health>;

export const getHealth = endpoint({
  name: 'getHealth',
  method: 'GET',
  path: '/api/health',
  priority: 'exempt',
  anyQuery: true,
  routine: true,
  summary: 'Check everything this server needs, with each check by name. Also 200 while the server is degraded and read-only.',
  replies: { 200: health, 503: health },
});

export const getLive = endpoint({
  name: 'getLive',
  method: 'GET',
  path: '/api/health/live',
  priority: 'exempt',
  anyQuery: true,
  routine: true,
  summary: 'Check whether this process responds at all.',
  replies: { 200: z.object({ status: z.literal('ok') }) },
});

export const getReady = endpoint({
  name: 'getReady',
  method: 'GET',
  path: '/api/health/ready',
  priority: 'exempt',
  anyQuery: true,
  routine: true,
  summary: 'Check whether a load balancer may send requests here. Returns 503 as soon as shutdown begins.',
  replies: { 200: z.object({ status: z.literal('ok') }), 503: z.object({ status: z.enum(['unavailable', 'stopping']) }) },
});

export const getMetrics = endpoint({
  name: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  priority: 'exempt',
  anyQuery: true,
  routine: true,
  summary: 'Get metrics in Prometheus text format. If METRICS_TOKEN is set, it is required as the bearer token.',
  replies: { 200: 'text' },
  replyTypes: ['text/plain'],
});

const reportParams = z.object({ reportId: id });

export const listLoadReports = endpoint({
  name: 'listLoadReports',
  method: 'GET',
  path: '/api/load-reports',
  summary: 'List load test reports, newest first. `before`: the id of a report.',
  query: z.object({ before: id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
  replies: { 200: z.object({ reports: z.array(loadReportSummary), more: z.boolean() }) },
});

export const getLoadReport = endpoint({
  name: 'getLoadReport',
  method: 'GET',
  path: '/api/load-reports/:reportId',
  summary: 'Get a complete load report.',
  params: reportParams,
  replies: { 200: z.object({ report: loadReport }) },
});

export const deleteLoadReport = endpoint({
  name: 'deleteLoadReport',
  method: 'DELETE',
  path: '/api/load-reports/:reportId',
  summary: 'Delete a load report.',
  params: reportParams,
  replies: { 204: 'empty' },
});

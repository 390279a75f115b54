import * as z from 'zod';
import { endpoint } from '#wire/contract.ts';

export const check = z.object({ ok: z.boolean(), detail: z.string(), milliseconds: z.number().optional() });

export const health = z
  .object({
    status: z.enum(['ok', 'unavailable', 'stopping']),
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
  summary: 'Is everything well that this server needs; each check by name.',
  replies: { 200: health, 503: health },
});

export const getLive = endpoint({
  name: 'getLive',
  method: 'GET',
  path: '/api/health/live',
  summary: 'Does this process answer at all.',
  replies: { 200: z.object({ status: z.literal('ok') }) },
});

export const getReady = endpoint({
  name: 'getReady',
  method: 'GET',
  path: '/api/health/ready',
  summary: 'May a load balancer send requests here; 503 as soon as shutdown begins.',
  replies: { 200: z.object({ status: z.literal('ok') }), 503: z.object({ status: z.enum(['unavailable', 'stopping']) }) },
});

export const getMetrics = endpoint({
  name: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Metrics in Prometheus text format; with METRICS_TOKEN set, only with it as bearer token.',
  replies: { 200: 'text' },
});

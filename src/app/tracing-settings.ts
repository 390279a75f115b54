/** The variables of OpenTelemetry that Guildhall reads. */
import * as z from 'zod';
import type { TracingSettings } from '#kernel/tracing/exporter.ts';

const isEncoded = (value: string): boolean => !/%(?![\da-f]{2})/i.test(value);

/** `name=value` pairs, separated by commas. */
function readHeaders(text: string, context: z.RefinementCtx): Record<string, string> {
  const pairs = text.split(',').map((pair) => /^\s*([\w-]+)=(.*?)\s*$/.exec(pair));
  if (pairs.every((pair) => pair && isEncoded(pair[2] ?? '')))
    return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decodeURIComponent(pair?.[2] ?? '')]));
  context.addIssue('a list such as authorization=Bearer%20abc,x-tenant=a');
  return z.NEVER;
}

export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'an address such as http://localhost:4318' })
    .optional()
    .describe('Where to send traces: an OpenTelemetry collector that takes OTLP over HTTP. If unset, none are made.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .transform(readHeaders)
    .optional()
    .describe('Headers for the collector: names and percent-encoded values, such as authorization=Bearer%20abc,x-tenant=a.'),
  OTEL_SERVICE_NAME: z.string().trim().min(1).default('guildhall').describe('Name of the service in traces.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('a number')
    .min(0, 'at least 0')
    .max(1, 'at most 1')
    .default(1)
    .describe('Share of traces to record, from 0 to 1, where the caller has not decided.'),
};

const variables = z.object(tracingVariables);

/** @returns undefined if no traces are sent */
export function readTracing(env: z.output<typeof variables>): TracingSettings | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = {} } = env;
  return endpoint === undefined ? undefined : { endpoint, headers, serviceName: env.OTEL_SERVICE_NAME, ratio: env.OTEL_TRACES_SAMPLER_ARG };
}

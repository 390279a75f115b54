/** Sends finished spans in batches. A collector that is down costs nothing but spans: they are dropped, and the log says how many. */
import { hostname } from 'node:os';
import type { Log } from '#kernel/log.ts';

const EVERY_MS = 5000;
const BATCH = 512;
/** Kept while a batch is on its way. */
const MAX_KEPT = 4096;
const TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2000;
const WARN_EVERY_MS = 60_000;

export interface TracingSettings {
  /** Base address of the collector; spans go to /v1/traces below it. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  /** Share of traces to record that begin here, from 0 to 1. */
  ratio: number;
}

/** By number in OTLP. */
export const SPAN_KINDS = { internal: 1, server: 2, client: 3 } as const;

export interface FinishedSpan {
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  name: string;
  kind: keyof typeof SPAN_KINDS;
  /** Milliseconds since 1970. */
  begun: number;
  ended: number;
  attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  failure: string | undefined;
}

interface About {
  log: Log;
  version: string;
  server: string;
}

export function createExporter({ endpoint, headers, serviceName }: TracingSettings, { log, version, server }: About) {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const resource = {
    attributes: attributesOf({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': server,
      'host.name': hostname(),
      'process.pid': process.pid,
    }),
  };
  let kept: FinishedSpan[] = [];
  let dropped = 0;
  let warnedAt = -Infinity;
  let sending: Promise<void> | undefined;

  async function send(spans: readonly FinishedSpan[], timeout: number): Promise<void> {
    const body = JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'guildhall' }, spans: spans.map(describe) }] }],
    });
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeout),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    } catch (error) {
      dropped += spans.length;
      if (performance.now() - warnedAt < WARN_EVERY_MS) return;
      warnedAt = performance.now();
      log.warn({ err: error, url, dropped }, 'the trace collector took no spans; they were dropped');
      dropped = 0;
    }
  }

  function flush(timeout = TIMEOUT_MS): Promise<void> {
    if (kept.length === 0) return sending ?? Promise.resolve();
    sending ??= send(kept.splice(0, BATCH), timeout).finally(() => {
      sending = undefined;
      if (kept.length >= BATCH) void flush();
    });
    return sending;
  }

  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  return {
    add(span: FinishedSpan): void {
      if (kept.length >= MAX_KEPT) return void dropped++;
      kept.push(span);
      if (kept.length >= BATCH) void flush();
    },
    /** Sends what is left, for at most two seconds. */
    async close(): Promise<void> {
      clearInterval(timer);
      const rest = async () => {
        await sending;
        while (kept.length > 0) await flush(CLOSE_TIMEOUT_MS);
      };
      await Promise.race([rest(), new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref())]);
      kept = [];
    },
  };
}

/** Nanoseconds since 1970, which a number cannot hold. */
const nanoseconds = (milliseconds: number) => `${Math.round(milliseconds * 1000)}000`;

const describe = ({ traceId, spanId, parentId, name, kind, begun, ended, attributes, failure }: FinishedSpan) => ({
  traceId,
  spanId,
  ...(parentId !== undefined && { parentSpanId: parentId }),
  name,
  kind: SPAN_KINDS[kind],
  startTimeUnixNano: nanoseconds(begun),
  endTimeUnixNano: nanoseconds(ended),
  attributes: attributesOf(attributes),
  status: failure === undefined ? {} : { code: 2, message: failure },
});

function attributesOf(attributes: FinishedSpan['attributes']) {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

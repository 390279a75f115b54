/**
 * Traces for OpenTelemetry collectors: spans of requests, statements, model calls and runs, sent as OTLP (JSON over HTTP), which every
 * collector takes. Without the SDK, which is 71 MB and adds a third or more to the processor time of a small request. Imported only if an endpoint is configured.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Log } from '#kernel/log.ts';
import { createExporter, type FinishedSpan, type SPAN_KINDS, type TracingSettings } from './exporter.ts';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a span hangs. */
interface Parent {
  traceId: string;
  spanId: string;
}

export interface Span extends Parent {
  /** @param error marks the span as failed */
  end(attributes?: Attributes, error?: unknown): void;
}

export type Tracer = ReturnType<typeof createTracer>;

/** Version 00 of W3C Trace Context; later versions may add more. */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

const now = () => performance.timeOrigin + performance.now();

/** @param version of Guildhall @param server name of this server */
export function createTracer(settings: TracingSettings, { log, version, server }: { log: Log; version: string; server: string }) {
  const current = new AsyncLocalStorage<Parent>();
  const exporter = createExporter(settings, { log, version, server });

  /** @returns undefined if the caller, or chance, decided against this trace */
  function parentOf(traceparent: string | undefined): { traceId: string; parentId?: string } | undefined {
    const [, traceId, parentId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
    if (traceId !== undefined && parentId !== undefined) return Number.parseInt(flags ?? '', 16) & 1 ? { traceId, parentId } : undefined;
    return Math.random() < settings.ratio ? { traceId: randomBytes(16).toString('hex') } : undefined;
  }

  function open(name: string, kind: keyof typeof SPAN_KINDS, place: { traceId: string; parentId?: string | undefined }): Span {
    const { traceId, parentId } = place;
    const spanId = randomBytes(8).toString('hex');
    const begun = now();
    return {
      traceId,
      spanId,
      end(attributes = {}, error) {
        const span: FinishedSpan = { traceId, spanId, parentId, name, kind, begun, ended: now(), attributes, failure: messageOf(error) };
        exporter.add(span);
      },
    };
  }

  return {
    /** Begins a trace, or continues the caller's. */
    begin(name: string, kind: keyof typeof SPAN_KINDS, traceparent?: string): Span | undefined {
      const place = parentOf(traceparent);
      return place && open(name, kind, place);
    },
    /** Begins a span below the current one; none without one, so that polling leaves no traces. */
    child(name: string, kind: keyof typeof SPAN_KINDS): Span | undefined {
      const parent = current.getStore();
      return parent && open(name, kind, { traceId: parent.traceId, parentId: parent.spanId });
    },
    /** Runs `work` with `span` as the current one. */
    within: <T>(span: Span, work: () => T): T => current.run(span, work),
    /** Sends what is left. */
    close: exporter.close,
  };
}

const messageOf = (error: unknown): string | undefined =>
  error === undefined ? undefined : error instanceof Error ? error.message : String(error);

import type { Request, Response } from 'express';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { requestIdOf } from './request-id.ts';

type TraceRequest = (request: Request, response: Response, pattern: string, work: () => Promise<void>) => Promise<void>;

/** @returns runs the work of a request as a span that ends with its response; without a tracer, it only runs it */
export function createTraceRequest(tracer: Tracer | undefined): TraceRequest {
  if (!tracer) return (_request, _response, _pattern, work) => work();
  return (request, response, pattern, work) => {
    const traceparent = request.headers['traceparent'];
    const span = tracer.begin(`${request.method} ${pattern}`, 'server', typeof traceparent === 'string' ? traceparent : undefined);
    if (!span) return work();
    response.on('close', () => {
      const status = response.writableFinished ? response.statusCode : 499;
      span.end(
        {
          'http.request.method': request.method,
          'http.route': pattern,
          'http.response.status_code': status,
          'guildhall.request_id': requestIdOf(response),
        },
        status >= 500 ? `status ${status}` : undefined,
      );
    });
    return tracer.within(span, work);
  };
}

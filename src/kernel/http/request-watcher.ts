/** Times and logs every request once its response is over. */
import type { Request, Response } from 'express';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { traceIdOf } from './request-id.ts';
import { RESPONSE_SECONDS } from './response-seconds.ts';

export function createRequestWatcher(log: Log, metrics: Metrics) {
  const labels = ['method', 'route', 'status'] as const;
  const seconds = metrics.histogram('http_request_duration_seconds', 'Time to respond, by endpoint', labels, RESPONSE_SECONDS);
  // These lines contain nothing to redact, and searching each costs more than writing it.
  const requestLog = log.child({}, { redact: [] });
  /** Of each request whose user is known, for its log line. */
  const userIds = new WeakMap<Response, string>();

  function watch(request: Request, response: Response, requestId: string, pattern: string, routine: boolean): void {
    const start = performance.now();
    // Emitted once; `once` would add a wrapper for nothing.
    response.on('close', () => {
      const milliseconds = performance.now() - start;
      const status = response.writableFinished ? response.statusCode : 499;
      if (response.getHeader('content-type') !== 'text/event-stream; charset=utf-8') {
        seconds.observe({ method: request.method, route: pattern, status }, milliseconds / 1000);
      }
      const userId = userIds.get(response);
      const line = {
        requestId,
        method: request.method,
        route: pattern,
        status,
        ms: Math.round(milliseconds * 10) / 10,
        ...(userId && { userId }),
      };
      const traceId = traceIdOf(request);
      const level = routine && status < 400 ? 'debug' : 'info';
      requestLog[level](traceId ? { ...line, traceId } : line, 'request');
    });
  }

  return {
    watch,
    noteUser: (response: Response, id: string): void => void userIds.set(response, id),
  };
}

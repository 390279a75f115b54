/**
 * Asks one address over and over on so many connections, as fast as it is answered. A socket and a few bytes of parsing: a whole
 * HTTP client would be slower than what it measures.
 */
import { connect } from 'node:net';
import { build } from 'hdr-histogram-js';

export interface Load {
  port: number;
  path: string;
  cookie: string;
  connections: number;
  seconds: number;
}

export interface Outcome {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
  failures: number;
}

const headEnd = Buffer.from('\r\n\r\n');

/** Calls back for each whole answer, with its status. Only answers with a content-length are understood. */
function readAnswers(onAnswer: (status: number) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(headEnd);
      if (end < 0) return;
      const head = rest.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + headEnd.length + length;
      if (rest.length < total) return;
      rest = rest.subarray(total);
      onAnswer(Number(head.slice(9, 12)));
    }
  };
}

export async function load({ port, path, cookie, connections, seconds }: Load): Promise<Outcome> {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\n\r\n`);
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 });
  let answers = 0;
  let failures = 0;
  let over = false;

  const one = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let sent = performance.now();
      const ask = () => {
        if (over) return void socket.destroy();
        sent = performance.now();
        socket.write(request);
      };
      socket.on(
        'data',
        readAnswers((status) => {
          answers++;
          if (status !== 200) failures++;
          histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
          ask();
        }),
      );
      socket.once('connect', ask);
      socket.once('error', () => failures++);
      socket.once('close', () => resolve());
    });

  const start = performance.now();
  const all = Array.from({ length: connections }, one);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  over = true;
  const elapsed = (performance.now() - start) / 1000;
  await Promise.all(all);
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1000;
  return { perSecond: answers / elapsed, p50: at(50), p95: at(95), p99: at(99), failures };
}

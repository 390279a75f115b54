/** An HTTP client on raw sockets with minimal parsing: a full client would be slower than what it measures. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'hdr-histogram-js';

interface Answer {
  status: number;
  head: string;
  body: Buffer;
}

export interface Outcome {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** All responses, including those after the time was up. */
  answers: number;
  failures: number;
}

export interface Load {
  port: number;
  connections: number;
  seconds: number;
  /** The next request of a connection. */
  next: (connection: number) => Buffer;
  /** Whether this is the expected response; by default, any 200. */
  accept?: (answer: Answer, connection: number) => boolean;
}

const headEnd = Buffer.from('\r\n\r\n');

export function get(path: string, cookie: string, headers: Record<string, string> = {}): Buffer {
  return request('GET', path, { cookie, ...headers });
}

export function request(method: string, path: string, headers: Record<string, string>, body: Buffer = Buffer.alloc(0)): Buffer {
  const all = { host: '127.0.0.1', ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** @returns a function that returns the next value on each call, in turn */
export function cycle<T>(values: readonly T[]): () => T {
  let index = 0;
  return () => values[index++ % values.length] as T;
}

/** Calls back for each complete response. Supports only responses with a content-length, or without a body. */
function readAnswers(onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf(headEnd);
      if (end < 0) return;
      const head = rest.toString('latin1', 0, end);
      const bodyAt = end + headEnd.length;
      const total = bodyAt + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length < total) return;
      const body = rest.subarray(bodyAt, total);
      rest = rest.subarray(total);
      onAnswer({ status: Number(head.slice(9, 12)), head, body });
    }
  };
}

async function openConnection(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<Answer> | undefined;
  socket.on('error', () => undefined);
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')));
  socket.on(
    'data',
    readAnswers((answer) => waiting?.resolve(answer)),
  );
  return {
    /** One request at a time. @throws if the connection is lost */
    ask(question: Buffer): Promise<Answer> {
      waiting = Promise.withResolvers();
      if (socket.destroyed) waiting.reject(new Error('the server closed the connection'));
      else socket.write(question);
      return waiting.promise;
    },
    close: () => void socket.destroy(),
  };
}

/** Sends requests as fast as they are answered; waits for the last responses, so that the next measurement starts on an idle server. */
export async function load({ port, connections, seconds, next, accept = ({ status }) => status === 200 }: Load): Promise<Outcome> {
  const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000, numberOfSignificantValueDigits: 3 });
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  let [answers, inTime, failures, over] = [0, 0, 0, false];

  async function work(connection: Awaited<ReturnType<typeof openConnection>>, index: number): Promise<void> {
    while (!over) {
      const sent = performance.now();
      const answer = await connection.ask(next(index)).catch(() => undefined);
      answers++;
      if (!answer || !accept(answer, index)) failures++;
      if (!answer || over) break;
      inTime++;
      histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
    }
    connection.close();
  }

  const start = performance.now();
  const all = open.map(work);
  await sleep(seconds * 1000);
  over = true;
  const elapsed = (performance.now() - start) / 1000;
  await Promise.all(all);
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1000;
  return { perSecond: inTime / elapsed, p50: at(50), p99: at(99), answers, failures };
}

/** Sends each request once. @returns the responses, in order */
export async function askEach(port: number, questions: readonly Buffer[], connections = 20): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(port);
      while (next < questions.length) {
        const index = next++;
        const { status, head, body } = await connection.ask(questions[index] as Buffer);
        answers[index] = { status, head, body: Buffer.from(body) };
      }
      connection.close();
    }),
  );
  return answers;
}

/**
 * Sends requests at this rate, whether or not the previous response has arrived.
 * @returns latencies in ms from when each request was due: waiting behind a slow response counts
 */
export async function pace({ port, question, perSecond, seconds }: { port: number; question: Buffer; perSecond: number; seconds: number }) {
  const connection = await openConnection(port);
  const took: number[] = [];
  let failures = 0;
  const start = performance.now();
  for (let index = 0; index < seconds * perSecond; index++) {
    const due = start + (index * 1000) / perSecond;
    await sleepUntil(due);
    const { status } = await connection.ask(question);
    if (status !== 200) failures++;
    took.push(performance.now() - due);
  }
  connection.close();
  return { took, failures };
}

/** @param due on the clock of `performance.now()`; returns at once if that has passed */
export async function sleepUntil(due: number): Promise<void> {
  const left = due - performance.now();
  if (left > 0) await sleep(left);
}

export function headerOf({ head }: Answer, name: string): string {
  return new RegExp(`\r\n${name}: ([^\r]*)`, 'i').exec(head)?.[1] ?? '';
}

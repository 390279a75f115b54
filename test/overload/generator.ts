/**
 * Forked: sends requests at a rate, whether or not earlier ones have been answered, so that a server that gets slower does not get less to
 * do. Latency counts from when a request was due.
 */
import { connect, type Socket } from 'node:net';
import { createArrivals } from '#loadtest/arrivals.ts';
import { createRandom } from '#loadtest/random.ts';
import { type Group, type Kind, mix, type Sender } from './mix.ts';

export interface Plan {
  port: number;
  perSecond: number;
  seconds: number;
  seed: number;
  senders: Sender[];
}

/** What became of the requests of one group that were due in one second. */
export interface Tally {
  due: number;
  answered: number;
  /** 503 with Retry-After. */
  refused: number;
  /** Not sent, since all connections were waiting for answers. */
  unsent: number;
  /** Any other 5xx, a lost connection, a refusal without Retry-After, or no answer at all. */
  failed: number;
  /** Of those answered, in ms. */
  latencies: number[];
}
export type Second = Partial<Record<Group, Tally>>;
export interface Generated {
  seconds: Second[];
  /** How late requests were sent, in ms: 99 of 100 less. */
  lateness: number;
  /** What the first failures were. */
  failures: string[];
}

/** Roughly what a proxy opens to a server. */
const MAX_CONNECTIONS = Number(process.env['OVERLOAD_CONNECTIONS'] ?? 1000);
/** After the last request is due; then the rest counts as failed. */
const LAST_ANSWER_MS = 15_000;
const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

interface Connection {
  socket: Socket;
  onEnd: ((status: number, head: string) => void) | undefined;
}

function createConnections(port: number) {
  const idle: Connection[] = [];
  let open = 0;

  function add(): Connection {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, onEnd: undefined };
    let rest: Buffer = Buffer.alloc(0);
    open++;
    const finish = (status: number, head: string) => {
      const { onEnd } = connection;
      connection.onEnd = undefined;
      onEnd?.(status, head);
    };
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open--;
      const place = idle.indexOf(connection);
      if (place >= 0) idle.splice(place, 1);
      finish(0, 'the connection was closed');
    });
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = rest.indexOf(headEnd);
      if (end < 0) return;
      const head = rest.toString('latin1', 0, end);
      const isWhole = /\r\ntransfer-encoding: chunked/i.test(head)
        ? rest.subarray(-lastChunk.length).equals(lastChunk)
        : rest.length >= end + headEnd.length + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (!isWhole) return;
      rest = Buffer.alloc(0);
      if (/\r\nconnection: close/i.test(head)) socket.destroy();
      else idle.push(connection);
      finish(Number(head.slice(9, 12)), head);
    });
    return connection;
  }

  return {
    take: (): Connection | undefined => idle.pop() ?? (open < MAX_CONNECTIONS ? add() : undefined),
    close(): void {
      for (const { socket } of idle) socket.destroy();
    },
  };
}

function pick(random: number): Kind {
  let left = random;
  for (const kind of mix) {
    left -= kind.share;
    if (left <= 0) return kind;
  }
  return mix[0] as Kind;
}

async function generate({ port, perSecond, seconds, seed, senders }: Plan): Promise<Generated> {
  const connections = createConnections(port);
  const random = createRandom(seed);
  const tallies: Second[] = [];
  const late: number[] = [];
  const failures: string[] = [];
  let pending = 0;
  let sent = 0;

  function tallyOf(at: number, group: Group): Tally {
    const number = Math.floor(at / 1000);
    tallies[number] ??= {};
    tallies[number][group] ??= { due: 0, answered: 0, refused: 0, unsent: 0, failed: 0, latencies: [] };
    return tallies[number][group];
  }

  function send(at: number, begun: number): void {
    const kind = pick(random());
    const tally = tallyOf(at, kind.group);
    tally.due++;
    const connection = connections.take();
    if (!connection) return void tally.unsent++;
    pending++;
    const settle = (status: number, head: string) => {
      pending--;
      if (status >= 200 && status < 500) {
        tally.answered++;
        // It may have been sent half a millisecond early.
        tally.latencies.push(Math.max(0, performance.now() - begun - at));
      } else if (status === 503 && /\r\nretry-after: [1-9]/i.test(head)) tally.refused++;
      else {
        tally.failed++;
        if (failures.length < 5) failures.push(`${kind.group}: ${status} ${head.slice(0, 100)}`);
      }
    };
    connection.onEnd = settle;
    const sender = senders[Math.floor(random() * senders.length)] as Sender;
    connection.socket.write(kind.request(sender, `${seed}-${sent++}`));
  }

  const begun = performance.now();
  for (const at of createArrivals(perSecond, seed)) {
    if (at >= seconds * 1000) break;
    const wait = begun + at - performance.now();
    if (wait > 0) await new Promise((resolve) => (wait > 1.5 ? setTimeout(resolve, wait - 0.5) : setImmediate(resolve)));
    late.push(Math.max(0, performance.now() - begun - at));
    send(at, begun);
    // Answers are read meanwhile, however far behind this is.
    if (late.length % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const end = performance.now() + LAST_ANSWER_MS; pending > 0 && performance.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (pending > 0) failures.push(`${pending} requests got no answer`);
  for (const second of tallies)
    for (const tally of Object.values(second ?? {})) tally.failed = tally.due - tally.answered - tally.refused - tally.unsent;
  connections.close();
  late.sort((a, b) => a - b);
  return {
    seconds: Array.from({ length: seconds }, (_, i) => tallies[i] ?? {}),
    lateness: late[Math.floor(late.length * 0.99)] ?? 0,
    failures,
  };
}

process.once('message', (plan: Plan) => void generate(plan).then((result) => process.send?.(result, () => process.exit(0))));

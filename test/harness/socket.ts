/** A bare connection, for requests that no client library would send. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';

export interface RawReply {
  status: number;
  headers: string;
  body: string;
}

export async function openSocket(origin: string) {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let received = '';
  let closed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += chunk;
  });
  // A server that closes while the request is still being written: its response counts.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  await once(socket, 'connect');

  /** @returns the next complete response; undefined if the connection is closed without one */
  async function read(): Promise<RawReply | undefined> {
    const look = () => takeReply() ?? (closed ? 'closed' : received.slice(0, 200));
    const seen = await eventually('there is a whole reply', look, (found) => typeof found === 'object' || found === 'closed');
    return typeof seen === 'object' ? seen : undefined;
  }

  function takeReply(): RawReply | undefined {
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const head = received.slice(0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const bodyEnd = headEnd + 4 + length;
    if (received.length < bodyEnd && !closed) return undefined;
    const body = received.slice(headEnd + 4, bodyEnd);
    received = received.slice(bodyEnd);
    return { status: Number(head.split(' ')[1]), headers: head, body };
  }

  return {
    read,
    write: (data: string | Uint8Array) => new Promise<void>((resolve) => socket.write(data, () => resolve())),
    closed: () => closed,
    end: () => socket.destroy(),
  };
}

/** One request on a separate connection. */
export async function exchange(origin: string, data: string | Uint8Array): Promise<RawReply | undefined> {
  const socket = await openSocket(origin);
  await socket.write(data);
  try {
    return await socket.read();
  } finally {
    socket.end();
  }
}

/** A server's response, in the shape of fetch's `Response` as far as `createCall` reads it. */
import type { IncomingHttpHeaders } from 'node:http';

export type Reply = ReturnType<typeof createReply>;

/** @param leave called when the reader of a stream leaves before its end */
export function createReply(status: number, headers: IncomingHttpHeaders, leave: () => void) {
  const streams = headers['content-type']?.startsWith('text/event-stream') === true;
  let chunks: Uint8Array[] = [];
  let ended = false;
  let failure: Error | undefined;
  let wake: (() => void) | undefined;

  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const arrived = chunks;
        chunks = [];
        yield* arrived;
        if (chunks.length > 0) continue;
        if (failure) throw failure;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      if (!ended) leave();
    }
  }

  const whole = () => (chunks.length === 1 ? Buffer.from(chunks[0] ?? []) : Buffer.concat(chunks));
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: {
      get: (name: string): string | null => [headers[name.toLowerCase()] ?? []].flat().join(', ') || null,
      getSetCookie: (): string[] => [headers['set-cookie'] ?? []].flat(),
    },
    /** For an event stream. */
    body: { [Symbol.asyncIterator]: read },
    text: async (): Promise<string> => whole().toString('utf8'),
    json: async (): Promise<unknown> => JSON.parse(whole().toString('utf8')),
    arrayBuffer: async (): Promise<Uint8Array> => whole(),
    /** Whether it is read while it arrives. */
    streams,
    take(chunk: Uint8Array): void {
      chunks.push(chunk);
      wake?.();
    },
    end(error?: Error): void {
      ended = true;
      failure = error;
      wake?.();
    },
  };
}

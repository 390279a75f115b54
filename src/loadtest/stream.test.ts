import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRunStream } from './stream.ts';

const at = '2026-01-01T00:00:00.000Z';
const event = (id: number, type: string, data: object = {}) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ ...data, at })}\n\n`;
const end = (id: number, status = 'done') => event(id, 'end', { status });

function streamOf(chunks: string[], cancel: () => void = () => undefined): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const rest = chunks.values();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = rest.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel,
  });
}

async function read(...chunks: string[]): Promise<string[]> {
  const types: string[] = [];
  await readRunStream(streamOf(chunks), (type) => types.push(type));
  return types;
}

describe('a stream of a run', () => {
  it('is complete from its first event to its end', async () => {
    const types = await read('retry: 500\n\n', event(1, 'message'), ':\n\n', event(2, 'text'), end(3));
    assert.deepEqual(types, ['message', 'text', 'end']);
  });

  it('may arrive in any pieces', async () => {
    const bytes = event(1, 'message', { text: 'grün' }) + end(2);
    assert.deepEqual(await read(...bytes), ['message', 'end']);
  });

  it('with a gap is an error', () =>
    assert.rejects(read(event(1, 'message'), event(3, 'text'), end(4)), { code: 'stream_gap', message: 'event 3 came after event 1' }));

  it('that does not begin with event 1 is an error', () => assert.rejects(read(event(2, 'text'), end(3)), { code: 'stream_gap' }));

  it('with an event twice is an error', () =>
    assert.rejects(read(event(1, 'message'), event(1, 'message'), end(2)), { code: 'stream_gap' }));

  it('that closes before the end is an error', () =>
    assert.rejects(read(event(1, 'message'), event(2, 'text')), { code: 'stream_without_end' }));

  it('that goes on after the end is an error', () =>
    assert.rejects(read(event(1, 'message'), end(2), event(3, 'text')), { code: 'stream_after_end' }));

  it('with an unknown event or broken data is an error', async () => {
    await assert.rejects(read(event(1, 'surprise'), end(2)), { code: 'stream_unreadable' });
    await assert.rejects(read('id: 1\nevent: message\ndata: {"text":\n\n', end(2)), { code: 'stream_unreadable' });
  });

  it('of a run that failed is an error', () => assert.rejects(read(event(1, 'message'), end(2, 'failed')), { code: 'run_failed' }));

  it('is left by its reader as soon as something is wrong', async () => {
    let left = false;
    const body = streamOf([event(1, 'message'), event(3, 'text'), event(4, 'text'), end(5)], () => {
      left = true;
    });
    await assert.rejects(
      readRunStream(body, () => undefined),
      { code: 'stream_gap' },
    );
    assert.ok(left);
  });
});

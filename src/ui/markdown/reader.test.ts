import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReader, type WorkerLike } from './reader.ts';
import type { ToWorker } from './worker.ts';

const document = { blocks: [], incomplete: false };

/** Workers that answer at once, except that they never finish reading `endless`. */
function createWorkers() {
  const workers: { refused: readonly string[]; ended: boolean }[] = [];
  const start = (): WorkerLike => {
    const state = { refused: [] as readonly string[], ended: false };
    workers.push(state);
    const worker: WorkerLike = {
      onmessage: null,
      onerror: null,
      terminate: () => {
        state.ended = true;
      },
      postMessage(message: ToWorker) {
        if ('refused' in message) {
          state.refused = [...message.refused];
          return;
        }
        const endless = message.text.includes('endless') && !state.refused.includes('endless');
        queueMicrotask(() => {
          worker.onmessage?.({ data: { piece: endless ? 'endless' : message.text } });
          if (!endless) worker.onmessage?.({ data: { document } });
        });
      },
    };
    return worker;
  };
  return { workers, start };
}

const read = (reader: ReturnType<typeof createReader>, text: string, owner = {}) =>
  new Promise((resolve) => reader.read(owner, text, resolve));

describe('the Markdown worker reader', () => {
  it('ends a worker that takes too long, shows that piece as written, and reads the rest', async () => {
    const { workers, start } = createWorkers();
    const reader = createReader(start, 20);
    const answers = await Promise.all([read(reader, 'endless, and more'), read(reader, 'short')]);
    assert.deepEqual(answers, [document, document]);
    assert.deepEqual(
      workers.map(({ ended }) => ended),
      [true, false],
    );
    assert.deepEqual(workers[1]?.refused, ['endless']);
  });

  it('remembers what it has read, and forgets callers that left', async () => {
    const { start } = createWorkers();
    const reader = createReader(start, 20);
    const owner = {};
    let answered = false;
    reader.read(owner, 'gone', () => {
      answered = true;
    });
    reader.cancel(owner);
    assert.equal(await read(reader, 'short'), document);
    assert.equal(answered, false);
    assert.equal(reader.find('short'), document);
    assert.equal(reader.find('other'), undefined);
  });
});

/**
 * Hands on what comes until the signal says to end, also when its source does not listen to the signal.
 * @throws the signal's reason
 */
export async function* untilAborted<T>(parts: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let fail: (reason: unknown) => void = () => undefined;
  const stop = () => fail(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      // One promise for each part: a long-lived one in a race would keep all parts of the answer, 430 bytes each.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        fail = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not waited for: a model that does not listen would hold up the run's end.
    void iterator.return?.()?.catch(() => undefined);
  }
}

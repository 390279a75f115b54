/**
 * Passes items on until the signal aborts, even if the source ignores the signal. Not a generator: every token passes through here, and
 * each generator on the way would cost as much as everything else.
 * @throws the signal's reason
 */
export function untilAborted<T>(parts: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let fail: (reason: unknown) => void = () => undefined;
  const stop = () => fail(signal.reason);
  signal.addEventListener('abort', stop, { once: true });

  function leave(): void {
    signal.removeEventListener('abort', stop);
    // Not awaited: a model that ignores the signal would delay the end of the run.
    void iterator.return?.()?.catch(() => undefined);
  }

  // One promise per part: racing a long-lived promise would retain all parts of the response, 430 bytes each.
  const next = () =>
    new Promise<IteratorResult<T>>((resolve, reject) => {
      fail = (reason) => {
        leave();
        reject(reason);
      };
      if (signal.aborted) return stop();
      iterator.next().then((result) => {
        if (result.done) leave();
        resolve(result);
      }, fail);
    });
  const leaveEarly = async (): Promise<IteratorResult<T>> => {
    leave();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: leaveEarly }) };
}

/**
 * Hands on what comes until the signal says to end, also when its source does not listen to the signal. No generator: a token
 * passes here, and each generator on its way costs it as much as all the rest.
 * @throws the signal's reason
 */
export function untilAborted<T>(parts: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let fail: (reason: unknown) => void = () => undefined;
  const stop = () => fail(signal.reason);
  signal.addEventListener('abort', stop, { once: true });

  function leave(): void {
    signal.removeEventListener('abort', stop);
    // Not waited for: a model that does not listen would hold up the run's end.
    void iterator.return?.()?.catch(() => undefined);
  }

  // One promise for each part: a long-lived one in a race would keep all parts of the answer, 430 bytes each.
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

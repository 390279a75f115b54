/** Ends a model call that has gone silent: no first token, too long between two, or too long overall. */
import { type Model, ModelError, type ModelPart } from './model.ts';
import { texts } from './texts.ts';

/** In ms. */
export interface Timeouts {
  /** From the call to the first token, including headers. */
  firstTokenMs: number;
  /** Between two tokens. */
  tokenGapMs: number;
  /** The whole call. */
  stepMs: number;
}

/**
 * Aborts the call on a timeout, and when the consumer stops reading. For the first two timeouts only waiting counts: the consumer may be
 * slow between two tokens.
 * @param provider its name, for people
 */
export function withTimeouts(model: Model, { firstTokenMs, tokenGapMs, stepMs }: Timeouts, provider: string): Model {
  return async function* timed(request): AsyncGenerator<ModelPart> {
    const end = new AbortController();
    const signal = AbortSignal.any([request.signal, end.signal]);
    let over: unknown;
    let fail: (error: unknown) => void = () => undefined;

    function finish(reason: unknown): void {
      over ??= reason;
      fail(over);
    }
    const silent = (milliseconds: number, text: 'notFinished' | 'notBegun' | 'silent') =>
      setTimeout(() => finish(new ModelError('provider_silent', texts[text](provider, milliseconds), { temporary: true })), milliseconds);
    const abort = () => finish(request.signal.reason);

    const step = silent(stepMs, 'notFinished');
    request.signal.addEventListener('abort', abort);
    try {
      request.signal.throwIfAborted();
      const parts = model({ ...request, signal, gapMs: tokenGapMs })[Symbol.asyncIterator]();
      for (let first = true; ; first = false) {
        const gap = first ? silent(firstTokenMs, 'notBegun') : silent(tokenGapMs, 'silent');
        // One promise per part: a long-lived promise in a race would accumulate the reactions of every part.
        const next = await new Promise<IteratorResult<ModelPart>>((resolve, reject) => {
          fail = reject;
          if (over === undefined) parts.next().then(resolve, reject);
          else reject(over);
        }).finally(() => clearTimeout(gap));
        if (next.done) return;
        yield next.value;
      }
    } finally {
      clearTimeout(step);
      request.signal.removeEventListener('abort', abort);
      end.abort();
    }
  };
}

/**
 * One call of a model over HTTP: asks once more where the model refuses a part of the request that is not needed, and reads the answer
 * for as long as there is any. No retries and no tools carried out: the loop does that.
 */
import { setImmediate as poll } from 'node:timers/promises';
import { type Asked, explainFailure } from './explain-failure.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest } from './model.ts';
import { prepareMessages } from './protocols/prepare-messages.ts';
import type { Protocol } from './protocols/protocol.ts';
import { learn, type Quirks } from './protocols/quirks.ts';
import { createEventReader, type Json, type ProviderEvent } from './protocols/read-events.ts';
import { createResponseBuilder } from './protocols/response-builder.ts';
import { failureIn, ProviderFailure, readFailure } from './provider-error.ts';
import { readRetryAfter } from './retry-after.ts';

const MAX_OUTPUT_TOKENS = 16_000;
/** A model that has still something to refuse then is refused. */
const MAX_LESSONS = 8;
/** How long, in ms, an answer that has named its end is listened to for what may follow, such as what it took. */
const LINGER_MS = 5000;
/** How long, in ms, an answer that is closed is waited for to end. */
const LEAVE_MS = 50;

interface HttpModelOptions {
  protocol: Protocol;
  /** Posts a body to the protocol's path. */
  post(body: Json, signal: AbortSignal): Promise<Response>;
  /** Tells this provider at this address with this key from any other. */
  source(): Promise<string>;
  quirks: Quirks;
  asked: Omit<Asked, 'begun' | 'tools'> & { model: string };
}

export function createHttpModel(options: HttpModelOptions): Model {
  const { protocol, post, quirks, asked } = options;

  async function send(body: Json, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await post(body, signal);
    if (response.ok) return response.body ?? new Blob([]).stream();
    const providerError = readFailure(response.status, await response.text());
    const retryAfterMs = readRetryAfter(Object.fromEntries(response.headers));
    throw new ProviderFailure({ ...providerError, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }

  return async function* call(request): AsyncGenerator<ModelPart> {
    let begun = false;
    try {
      const keptStates = request.messages.some((message) => message.role === 'assistant' && message.state !== undefined);
      const prepared = {
        model: asked.model,
        instructions: request.instructions,
        messages: prepareMessages(request.messages, keptStates ? await options.source() : ''),
        tools: request.tools,
        maxOutputTokens: Math.floor(request.maxOutputTokens ?? MAX_OUTPUT_TOKENS),
      };
      for (let lessons = 0; ; lessons++) {
        const body = protocol.body(prepared, quirks);
        let said = false;
        try {
          const stream = await send(body, request.signal);
          begun = true;
          for await (const part of readAnswer(stream, request, options)) {
            said = true;
            yield part;
          }
          return;
        } catch (error) {
          const refused = error instanceof ProviderFailure && !said && lessons < MAX_LESSONS && learn(error.said, body, quirks);
          if (!refused) throw error;
          begun = false;
        }
      }
    } catch (error) {
      request.signal.throwIfAborted();
      throw explainFailure(error, { ...asked, tools: request.tools.map(({ name }) => name), begun });
    }
  };
}

async function* readAnswer(
  stream: ReadableStream<Uint8Array>,
  request: ModelRequest,
  { protocol, asked, source }: HttpModelOptions,
): AsyncGenerator<ModelPart> {
  const builder = createResponseBuilder(request, asked.provider);
  const take = protocol.read(builder);
  const events = createEventReader();
  const reader = stream.getReader();
  const lingerMs = Math.min(LINGER_MS, (request.gapMs ?? Infinity) * 0.8);

  /** @returns whether there may be more; what is wrong once the answer is whole is nobody's concern */
  function takeEvent(event: ProviderEvent): boolean {
    if (event.type === 'done') builder.close();
    else {
      const failure = event.type === 'json' && failureIn(event.data, event.name);
      if ((failure || event.type === 'broken') && builder.ended) return false;
      if (event.type === 'broken') throw unreadable(asked.provider);
      if (failure) throw new ProviderFailure(failure);
      take(event.data);
    }
    return !builder.closed;
  }

  try {
    for (;;) {
      const chunk = await readChunk(reader, builder.ended ? lingerMs : undefined);
      let over = false;
      for (const event of chunk === undefined ? events.end() : events.feed(chunk)) {
        over = !takeEvent(event);
        // What came before an event that is wrong was said.
        yield* builder.drain();
        if (over) break;
      }
      if (!over && chunk !== undefined) continue;
      if (chunk !== undefined) await leave(reader);
      const { parts, finish, state } = builder.end();
      yield* parts;
      yield { ...finish, ...(state !== undefined && { state: { source: await source(), data: state } }) };
      return;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/**
 * @param lingerMs the answer has named its end: nothing more need come, and how it stops does not matter
 * @returns undefined for the end
 */
async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>, lingerMs: number | undefined): Promise<Uint8Array | undefined> {
  const reading = reader.read().then(({ value }) => ({ value }));
  if (lingerMs === undefined) return (await reading).value;
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<'quiet'>((resolve) => {
    timer = setTimeout(resolve, lingerMs, 'quiet');
  });
  try {
    const first = await Promise.race([reading, quiet]);
    if (first !== 'quiet') return first.value;
    // A process that was busy for so long may have it by now.
    await poll();
    const late = await Promise.race([reading, poll('quiet' as const)]);
    return late === 'quiet' ? undefined : late.value;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    reading.catch(() => undefined);
  }
}

/** Waits for the end, which mostly is there already: the connection can then be used for the next step. */
async function leave(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LEAVE_MS);
  });
  const toTheEnd = async () => {
    while (!(await reader.read()).done);
  };
  // The answer is whole, however it stops.
  await Promise.race([toTheEnd().catch(() => undefined), late]);
  clearTimeout(timer);
}

const unreadable = (provider: string) => {
  const message = `${provider} sent something that cannot be read. Try again in a moment, or choose another model.`;
  return new ModelError('provider_broken', message, { temporary: true });
};

/**
 * One model call over HTTP. If the model rejects an optional part of the request, the call repeats without it; otherwise there are no
 * retries. Reads the response to its end. The loop executes tools and retries.
 */
import { setImmediate as poll } from 'node:timers/promises';
import { type CallContext, explainFailure } from './explain-failure.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest } from './model.ts';
import { prepareMessages } from './protocols/prepare-messages.ts';
import type { Protocol } from './protocols/protocol.ts';
import { learn, type Quirks } from './protocols/quirks.ts';
import { createEventReader, type Json, type ProviderEvent } from './protocols/read-events.ts';
import { createResponseBuilder } from './protocols/response-builder.ts';
import { failureIn, ProviderFailure, readFailure } from './provider-error.ts';
import { readRetryAfter } from './retry-after.ts';
import { texts } from './texts.ts';

const MAX_OUTPUT_TOKENS = 16_000;
/** A model that still rejects the request after so many corrections fails. */
const MAX_LESSONS = 8;
/** How long, in ms, the response is read after its finish reason, for data that may follow, such as token usage. */
const LINGER_MS = 5000;
/** How long, in ms, to wait for a closed response to end. */
const LEAVE_MS = 50;

interface HttpModelOptions {
  protocol: Protocol;
  /** Posts a body to the protocol's path. */
  post(body: Json, signal: AbortSignal): Promise<Response>;
  /** Identifies this provider at this address with this key. */
  source(): Promise<string>;
  quirks: Quirks;
  context: Omit<CallContext, 'begun' | 'tools'> & { model: string };
}

export function createHttpModel(options: HttpModelOptions): Model {
  const { protocol, post, quirks, context } = options;

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
        model: context.model,
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
      throw explainFailure(error, { ...context, tools: request.tools.map(({ name }) => name), begun });
    }
  };
}

async function* readAnswer(
  stream: ReadableStream<Uint8Array>,
  request: ModelRequest,
  { protocol, context, source }: HttpModelOptions,
): AsyncGenerator<ModelPart> {
  const builder = createResponseBuilder(request, context.provider);
  const take = protocol.read(builder);
  const events = createEventReader();
  const reader = stream.getReader();
  const lingerMs = Math.min(LINGER_MS, (request.gapMs ?? Infinity) * 0.8);

  /** @returns whether more may follow; errors after a complete response are ignored */
  function takeEvent(event: ProviderEvent): boolean {
    if (event.type === 'done') builder.close();
    else {
      const failure = event.type === 'json' && failureIn(event.data, event.name);
      if ((failure || event.type === 'broken') && builder.ended) return false;
      if (event.type === 'broken') throw unreadable(context.provider);
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
        // Parts that arrived before an invalid event still count.
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
 * @param lingerMs set once the finish reason has arrived: nothing more is required, and how the stream ends does not matter
 * @returns undefined at the end
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
    // If the process was blocked that long, the chunk may have arrived in the meantime.
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

/** Waits for the end, which has usually arrived: then the connection can be reused for the next step. */
async function leave(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LEAVE_MS);
  });
  const toTheEnd = async () => {
    while (!(await reader.read()).done);
  };
  // The response is complete, however the stream ends.
  await Promise.race([toTheEnd().catch(() => undefined), late]);
  clearTimeout(timer);
}

const unreadable = (provider: string) => new ModelError('provider_broken', texts.unreadable(provider), { temporary: true });

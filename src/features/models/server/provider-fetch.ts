/**
 * `fetch` for providers: follows no redirect, has no timeouts besides the call's own, and limits bodies that are read whole. Streams are
 * limited by their events, where those are read.
 */
import type { Agent, RequestInit as OwnRequestInit } from 'undici';
import { ModelError } from './model.ts';
import { texts } from './texts.ts';

/** A body that is read whole: a list of models, or an error. OpenRouter's list has 1 MB. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** @param privateNetwork false: only public addresses are reached, whatever a name resolves to */
export function createProviderFetch({ privateNetwork }: { privateNetwork: boolean }): typeof fetch {
  let send: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    // Loaded on first use, so that a process that never calls a model does not load a second copy of undici.
    send ??= privateNetwork ? openFetch() : loadPublicFetch();
    const response = await (await send)(input, { ...init, redirect: 'manual' });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const target = response.headers.get('location') ?? 'nowhere';
      throw new ModelError('provider_unreachable', texts.connection.redirects(target.slice(0, 200)));
    }
    const streams = response.ok && init?.method === 'POST';
    return streams ? response : bound(response, boundBody());
  };
}

const loadPublicFetch = async (): Promise<typeof fetch> => (await import('#kernel/http/public-fetch.ts')).publicFetch;

/** Node's built-in fetch times out after 5 minutes without headers, and between two chunks; the environment sets the timeouts here. */
async function openFetch(): Promise<typeof fetch> {
  const { Agent, fetch: send } = await import('undici');
  patient ??= new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const dispatcher = patient;
  return async (input, init) =>
    (await send(input as string, { ...(init as OwnRequestInit), dispatcher })) as unknown as globalThis.Response;
}
let patient: Agent | undefined;

function bound(response: Response, limit: TransformStream<Uint8Array, Uint8Array>): Response {
  if (!response.body) return response;
  const { status, statusText } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers: [...response.headers] });
}

function boundBody(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) controller.error(tooLong(MAX_BODY_BYTES));
      else controller.enqueue(chunk);
    },
  });
}

const tooLong = (bytes: number) => new ModelError('answer_too_long', texts.tooMuchAtOnce(bytes));

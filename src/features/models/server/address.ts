/** A provider's address as people enter it: with or without its version, with a slash too many, or that of one of its endpoints. */
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import { judge } from './failure-cause.ts';
import { readFailure } from './provider-error.ts';

const ENDPOINT = /\/(?:chat\/completions|completions|responses|messages|models)$/;

/** @returns where the endpoints may be, the likeliest place first */
export function candidatesOf(url: string, kind: ProviderKindId): string[] {
  const base = url.replace(/\/+$/, '').replace(ENDPOINT, '').replace(/\/+$/, '');
  if (/\/v\d+\w*(?:\/|$)/.test(new URL(base).pathname)) return [base];
  return kindOf(kind).address.versionFirst ? [`${base}/v1`, base] : [base, `${base}/v1`];
}

/**
 * Calls a path below the first of the places that has it, and keeps to that place.
 * @param send as `fetch`
 */
export function createAddress(candidates: readonly string[], send: typeof fetch) {
  let known: string | undefined;

  /** @param isRight tells from what came whether it is what was asked for; a place that answers anything else is another one */
  return async (path: string, init: RequestInit, isRight?: (text: string) => boolean): Promise<Response> => {
    let missing: Response | undefined;
    for (const candidate of known === undefined ? candidates : [known]) {
      const response = await send(candidate + path, init);
      const { ok, status, headers } = response;
      if (ok && !isRight && !headers.get('content-type')?.startsWith('text/html')) {
        known = candidate;
        return response;
      }
      // A reason that is longer than anybody reads is none.
      const text = ok ? await response.text() : await response.text().catch(() => '');
      const read = new Response(text, { status, headers });
      if (ok ? isRight?.(text) : ![404, 405].includes(status) || judge(readFailure(status, text), []) !== 'address') {
        if (ok) known = candidate;
        return read;
      }
      missing ??= read;
    }
    if (!missing) throw new Error('a provider has an address');
    return missing;
  };
}

/** A provider's address as people enter it: with or without its version, with an extra slash, or that of one of its endpoints. */
import { kindOf, type ProviderKindId } from '#features/models/kinds/kinds.ts';
import { judge } from './failure-cause.ts';
import { readFailure } from './provider-error.ts';

const ENDPOINT = /\/(?:chat\/completions|completions|responses|messages|models)$/;

/** @returns base addresses to try, likeliest first */
export function candidatesOf(url: string, kind: ProviderKindId): string[] {
  const base = url.replace(/\/+$/, '').replace(ENDPOINT, '').replace(/\/+$/, '');
  if (/\/v\d+\w*(?:\/|$)/.test(new URL(base).pathname)) return [base];
  return kindOf(kind).address.versionFirst ? [`${base}/v1`, base] : [base, `${base}/v1`];
}

/**
 * Calls a path below the first base address that has it, and uses that base from then on.
 * @param send as `fetch`
 */
export function createAddress(candidates: readonly string[], send: typeof fetch) {
  let working: string | undefined;

  /** @param isRight whether the response body is what was requested; if not, the next base address is tried */
  return async (path: string, init: RequestInit, isRight?: (text: string) => boolean): Promise<Response> => {
    let missing: Response | undefined;
    for (const candidate of working === undefined ? candidates : [working]) {
      const response = await send(candidate + path, init);
      const { ok, status, headers } = response;
      if (ok && !isRight && !headers.get('content-type')?.startsWith('text/html')) {
        working = candidate;
        return response;
      }
      // An error text that is too long to read is dropped.
      const text = ok ? await response.text() : await response.text().catch(() => '');
      const read = new Response(text, { status, headers });
      if (ok ? isRight?.(text) : ![404, 405].includes(status) || judge(readFailure(status, text), []) !== 'address') {
        if (ok) working = candidate;
        return read;
      }
      missing ??= read;
    }
    if (!missing) throw new Error('a provider has an address');
    return missing;
  };
}

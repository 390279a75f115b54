/** Requests to any endpoint, valid or not. */
import { urlOf } from '#wire/call.ts';
import type { Contract } from '#wire/contract.ts';
import { isRawBody } from '#wire/raw-body.ts';
import type { Sample } from './fixture.ts';
import type { Person } from './test-server.ts';

type Browser = Person['browser'];

/**
 * Sends a request unchanged, valid or not.
 * @param sample its body is sent as JSON, or as it is if the contract takes bytes
 * @param init overrides of the sample
 */
export function send(
  browser: Browser,
  contract: Contract,
  sample: Sample,
  { url, ...init }: RequestInit & { url?: string } = {},
): Promise<Response> {
  const headers = new Headers(sample.headers);
  if (sample.body !== undefined) headers.set('content-type', isRawBody(contract.body) ? 'application/octet-stream' : 'application/json');
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  const body = isRawBody(contract.body) ? (sample.body as string) : JSON.stringify(sample.body);
  return browser.fetch(url ?? urlOf(contract, sample as never), {
    method: contract.method,
    ...(sample.body !== undefined && { body }),
    ...init,
    headers,
  });
}

/** @returns the response body; '' for an event stream, which may never end */
export async function readAnswer(contract: Contract, response: Response): Promise<string> {
  if (contract.replies[response.status] !== 'events') return response.text();
  await response.body?.cancel();
  return '';
}

/** Tokens, and callers that use them like a script. */
import type { BodyOf, CallOf } from '#wire/contract.ts';
import { createBrowser, type Person } from '../../../../test/harness/test-server.ts';
import { createToken } from '../contract.ts';

type Wanted = Partial<BodyOf<typeof createToken>>;

/** Creates a token of a person, to read unless something else is wanted. */
export async function newToken(person: Person, wanted: Wanted = {}, query: CallOf<typeof createToken>['query'] = {}) {
  return (await person.call(createToken, { query, body: { name: 'A script', scopes: ['read'], ...wanted } })).body;
}

/** Sends requests with a token and without cookies. */
export function scriptWith(secret: string, { origin }: { origin: string }) {
  return createBrowser(origin, (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${secret}`);
    headers.delete('cookie');
    return fetch(input, { ...init, headers });
  });
}
export type Script = ReturnType<typeof scriptWith>;

export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

export const statusOf = (call: Promise<{ status: number }>): Promise<number> =>
  call.then(
    ({ status }) => status,
    ({ status }: { status: number }) => status,
  );

/** The one way from the browser to the server. */
import { createCall, USER_HEADER } from '#wire/call.ts';
import { actingUser } from './acting-user.ts';

/** When a limit lets us in again stands in a header, and a ProblemError carries the body only: so it goes into the body. */
async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const userId = actingUser();
  const response = await fetch(input, userId === undefined ? init : { ...init, headers: { ...init?.headers, [USER_HEADER]: userId } });
  const retryAfter = Number(response.headers.get('retry-after'));
  if (response.status !== 429 || !(retryAfter > 0)) return response;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof problem !== 'object' || problem === null) return response;
  return Response.json({ ...problem, retryAfter }, { status: 429 });
}

export const call = createCall('', send);

/** All requests from the browser to the server go through here. */
import { type Call, createCall, USER_HEADER } from '#wire/call.ts';
import { actingUser } from './acting-user.ts';
import { sendConfirmed } from './identity-question.ts';

/**
 * The time until a rate limit allows requests again is in a header, but a ProblemError has only the body, so it is copied into the body.
 */
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

const callOnce = createCall('', send);

export const call: Call = (contract, input, options) => sendConfirmed(() => callOnce(contract, input, options));

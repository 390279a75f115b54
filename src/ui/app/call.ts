/** All requests from the browser to the server go through here. */
import { type Call, createCall, ORGANIZATION_HEADER, USER_HEADER } from '#wire/call.ts';
import { POSITION_HEADER } from '#wire/position.ts';
import { actingUser } from './acting-user.ts';
import { sendConfirmed } from './identity-question.ts';
import { latestPosition, notePosition } from './position.ts';
import { acrossRenewal, renewSession } from './session-renewal.ts';
import { tabOrganization } from './tab-organization.ts';

/**
 * The time until a limit or a busy server takes requests again is in a header, but a ProblemError has only the body, so it is copied into the body.
 */
async function send(through: typeof fetch, input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await through(input, { ...init, headers: { ...init?.headers, ...names(String(input)) } });
  notePosition(response.headers.get(POSITION_HEADER));
  const retryAfter = Number(response.headers.get('retry-after'));
  if ((response.status !== 429 && response.status !== 503) || !(retryAfter > 0)) return response;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof problem !== 'object' || problem === null) return response;
  return Response.json({ ...problem, retryAfter }, { status: response.status });
}

/** Names the user and the organization that a request is for, and what it must see. Inside a project, the server ignores the organization. */
function names(url: string): Record<string, string> {
  const userId = actingUser();
  const position = latestPosition();
  // A request may be for another organization than the tab's, such as that of an agent opened by a link.
  const organizationId = new URL(url, location.origin).searchParams.get('organization') ?? tabOrganization();
  return {
    ...(userId !== undefined && { [USER_HEADER]: userId }),
    ...(organizationId !== undefined && { [ORGANIZATION_HEADER]: organizationId }),
    ...(position !== undefined && { [POSITION_HEADER]: position }),
  };
}

const callOnce = callThrough((input, init) => fetch(input, init));

export const call: Call = (contract, input, options) => sendConfirmed(() => acrossRenewal(() => callOnce(contract, input, options)));

/** For a request whose reply brings another session. */
export const callToRenew: Call = (contract, input, options) => sendConfirmed(() => renewSession(() => callOnce(contract, input, options)));

/** The same over another transport, without asking who the person is. */
export function callThrough(through: typeof fetch): Call {
  return createCall('', (input, init) => send(through, input, init));
}

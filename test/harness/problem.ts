/** The shape of every problem response of the server. */
import assert from 'node:assert/strict';
import { type Problem, problem } from '#wire/contract.ts';

/**
 * Reads a problem response and checks its shape.
 * @param status the expected one; any from 400 to 499 without it
 */
export async function readProblem(response: Response, what: string, status?: number): Promise<Problem> {
  const text = await response.text();
  const about = `${what.slice(0, 100)}: ${response.status} ${text.slice(0, 300)}`;
  assert.ok(status === undefined ? response.status >= 400 && response.status < 500 : response.status === status, about);
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8', about);
  const body = problem.parse(JSON.parse(text));
  assert.equal(body.status, response.status, about);
  assert.equal(body.requestId, response.headers.get('x-request-id'), about);
  for (const member of ['type', 'title', 'detail', 'code', 'requestId'] as const) assert.ok(body[member].length > 0, about);
  assert.ok(text.length < 10_000, `${what}: a refusal of ${text.length} characters`);
  return body;
}

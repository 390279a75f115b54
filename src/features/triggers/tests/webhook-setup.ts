/** A server, and a trigger that a webhook starts. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { listTriggerOccurrences, type TriggerOccurrence } from '#features/triggers/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { readProblem } from '../../../../test/harness/problem.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { type Hook, newTrigger } from '../../../../test/harness/webhooks.ts';

export const now = () => Math.floor(Date.now() / 1000);

export let testServer: TestServer;
export let ada: Person;
export let projectId: string;
export let organizationId: string;
export let hook: Hook;

before(async () => {
  testServer = await startTestServer();
  ada = await signUp(testServer);
  ({ id: projectId, organizationId } = await newProject(ada));
  hook = await newTrigger(ada, projectId);
});

after(() => testServer.close());

export const historyOf = async ({ trigger }: Hook): Promise<TriggerOccurrence[]> =>
  (await ada.call(listTriggerOccurrences, { params: { triggerId: trigger.id } })).body.occurrences;

export const started = async (response: Response): Promise<string> => {
  assert.equal(response.status, 202, await response.clone().text());
  return ((await response.json()) as { runId: string }).runId;
};

export const refused = async (response: Response, status: number, code: string) => {
  const refusal = await readProblem(response, code, status);
  assert.equal(refusal.code, code, refusal.detail);
  return refusal;
};

export const countRuns = async () => (await query(testServer.databaseUrl, 'select from runs')).length;

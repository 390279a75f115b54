/** A server, and triggers that changes of files start. */
import { after, before } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { saveFile } from '#features/files/contract.ts';
import { getRun } from '#features/runs/contract.ts';
import { listTriggerOccurrences, type TriggerOccurrence } from '#features/triggers/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { type Hook, newTrigger } from '../../../../test/harness/webhooks.ts';

/** Long enough that a server would have polled. */
export const LOOKED_MS = 1500;

export let testServer: TestServer;
export let ada: Person;
before(async () => {
  testServer = await startTestServer();
  ada = await signUp(testServer);
});
after(() => testServer.close());

export const save = (projectId: string, path: string, body = `${Math.random()}`) =>
  ada.call(saveFile, { params: { projectId }, query: { path }, body }, { headers: { 'if-none-match': '*' } });

export const historyOf = async ({ trigger }: Hook): Promise<TriggerOccurrence[]> =>
  (await ada.call(listTriggerOccurrences, { params: { triggerId: trigger.id } })).body.occurrences;

/** Simulates the passing of this many seconds since the changes so far. */
export const goBy = (projectId: string, seconds = 11, url = testServer.databaseUrl) =>
  query(url, 'update changes set at = at - make_interval(secs => $2) where project_id = $1', [projectId, seconds]);

/** Makes servers process postponed changes now. */
export const lookNow = (projectId: string, url = testServer.databaseUrl) =>
  query(url, 'update triggers set look_at = now() where project_id = $1', [projectId]);

/** Makes servers process all of them at once. */
export async function looked(projectId: string): Promise<void> {
  await lookNow(projectId);
  await wait(LOOKED_MS);
}

export const fired = (hook: Hook, times = 1) =>
  eventually('every occurrence is in the history', async () => {
    await lookNow(hook.trigger.project.id);
    return (await historyOf(hook)).length === times;
  });

export async function payloadOf(occurrence: TriggerOccurrence | undefined): Promise<string | undefined> {
  const { events } = (await ada.call(getRun, { params: { runId: occurrence?.run?.id ?? '' } })).body;
  return events[0]?.type === 'message' ? events[0].data.payload?.text : undefined;
}

export const newFileTrigger = (projectId: string, path: string, more: Parameters<typeof newTrigger>[2] = {}) =>
  newTrigger(ada, projectId, { name: `Looks at ${path}`, level: 'autonomous', message: 'Hello', files: { path }, ...more });

/** Two servers and a scripted model, for runs that ask. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { getPolicy, putPolicy } from '#features/policies/contract.ts';
import type { Policy } from '#features/policies/policy.ts';
import { ProblemError } from '#wire/call.ts';

import { eventually } from '../../../../test/harness/eventually.ts';
import { type ModelServerPart, type ModelServerRequest, openModelServer } from '../../../../test/harness/model-server.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { type Approval, decideApproval } from '../approvals-contract.ts';
import { getRun, type Run, startRun } from '../contract.ts';

export type Call = { tool: string; input: unknown };

/** The model's calls, step by step; then it reports that it is done. */
let script: (Call | Call[] | string)[] = [];
let models: Awaited<ReturnType<typeof openModelServer>>;
export let testServer: TestServer;
export let other: TestServer;
export let ada: Person;
export let organizationId: string;
export let projectId: string;

function answer({ messages }: ModelServerRequest): ModelServerPart[] {
  const step = script[messages.filter(({ role }) => role === 'assistant').length] ?? 'Done.';
  return typeof step === 'string' ? [step] : [step].flat();
}

before(async () => {
  models = await openModelServer(answer);
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  other = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
  ada = await signUp(testServer);
});

after(async () => {
  await testServer.close();
  await other.close();
  await models.close();
});

beforeEach(async () => {
  const project = await newProject(ada);
  [organizationId, projectId] = [project.organizationId, project.id];
  await setPolicy({});
});

export const write = (path: string, content: string): Call => ({ tool: 'write_file', input: { path, content } });

export async function setPolicy(said: Partial<Policy>): Promise<void> {
  const { version } = (await ada.call(getPolicy, { query: {} })).body;
  await ada.call(putPolicy, { query: {}, body: { basedOn: version, policy: { rules: [], levels: {}, dailyBudgets: {}, ...said } } });
}

export async function start(
  steps: typeof script,
  { level = 'supervised' as Run['level'], by = ada, budget = {} as Run['budget'] } = {},
): Promise<string> {
  script = steps;
  const body = { message: 'Go', model: 'server/test', level, budget };
  return (await by.call(startRun, { params: { projectId }, body })).body.run.id;
}

export const read = async (runId: string) => (await ada.call(getRun, { params: { runId } })).body;

export const settled = (runId: string) =>
  eventually('the run waits or has ended', async () => {
    const found = await read(runId);
    return !['queued', 'running'].includes(found.run.status) && found;
  });

export async function asked(runId: string): Promise<Approval> {
  const { run, events } = await settled(runId);
  assert.equal(run.status, 'waiting', JSON.stringify(events.at(-2)));
  const [approval] = (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
  assert.ok(approval, 'nothing is asked');
  return approval;
}

export const decide = (
  { id, hash }: Approval,
  decision: 'approve' | 'reject',
  more: { note?: string; all?: boolean; hash?: string } = {},
  by = ada,
) => by.call(decideApproval, { params: { approvalId: id }, body: { decision, hash, ...more } });

export const refusal = (status: number, code: string) => (error: unknown) =>
  error instanceof ProblemError && error.problem.status === status && error.problem.code === code;

export const textAt = async (path: string): Promise<string | undefined> => {
  const found = await ada.call(readFile, { params: { projectId }, query: { path } }).catch(() => undefined);
  return found && Buffer.from(found.body).toString();
};

export const save = async (path: string, content: string): Promise<void> => {
  const current = await ada.browser.fetch(`/api/projects/${projectId}/file?path=${path}`);
  const headers: Record<string, string> = current.ok ? { 'if-match': current.headers.get('etag') ?? '' } : { 'if-none-match': '*' };
  await ada.call(saveFile, { params: { projectId }, query: { path }, body: content }, { headers });
};

export const changes = async () => (await ada.call(listChanges, { params: { projectId }, query: {} })).body.changes;

export const resultOf = async (runId: string) =>
  (await settled(runId)).events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : [])).at(-1);

export const setScript = (value: typeof script): void => {
  script = value;
};

/** A server and a scripted model, for approvals as people see them. */
import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { decideApproval, getApproval } from '#features/runs/approvals-contract.ts';
import type { QueryOf } from '#wire/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type ModelServerPart, openModelServer } from '../../../../test/harness/model-server.ts';
import { type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { startRun } from '../contract.ts';

type Call = Extract<ModelServerPart, { tool: string }>;

export let testServer: TestServer;
export let models: Awaited<ReturnType<typeof openModelServer>>;

/** The model's first call, by the run's message. */
const scripts = new Map<string, Call>();

before(async () => {
  models = await openModelServer(function* ({ messages }) {
    const asked = messages.findLast(({ role }) => role === 'user');
    // Other parts of a message, such as the date, do not matter here.
    const call = [...scripts].find(([message]) => JSON.stringify(asked?.content).includes(message))?.[1];
    yield call && messages.at(-1)?.role === 'user' ? call : 'Done.';
  });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
});

after(async () => {
  await testServer.close();
  await models.close();
});

/** Makes a person a member of an organization, and waits until the server has been notified. */
export async function enroll(organizationId: string, person: Person, role: string): Promise<void> {
  const insert = 'insert into members (organization_id, user_id, role) values ($1, $2, $3)';
  await query(testServer.databaseUrl, insert, [organizationId, person.id, role]);
  await eventually(
    'the person is a member',
    async () => (await person.call(currentUser, {})).body.user.organizations,
    (seen) => seen.some(({ id }) => id === organizationId),
  );
}

export async function join(organizationId: string, name: string, role: string): Promise<Person> {
  const person = await signUp(testServer, name);
  await enroll(organizationId, person, role);
  return person;
}

export const list = async (person: Person, asked: Partial<QueryOf<typeof listApprovals>> = {}) =>
  (await person.call(listApprovals, { query: asked })).body;

/** Starts a run that needs approval. @returns the approval it asks for */
export async function ask(person: Person, projectId: string, call: Call) {
  const message = randomUUID();
  scripts.set(message, call);
  const { run } = (await person.call(startRun, { params: { projectId }, body: { message, model: 'server/test' } })).body;
  return eventually('an approval is pending', async () => (await list(person, { run: run.id })).approvals[0]);
}

export const write = (path: string, content = 'One line\n'): Call => ({ tool: 'write_file', input: { path, content } });
export const show = async (person: Person, approvalId: string) => (await person.call(getApproval, { params: { approvalId } })).body;

export const decide = async (person: Person, approvalId: string, decision: 'approve' | 'reject', note?: string) => {
  const { hash } = (await show(person, approvalId)).approval;
  return person.call(decideApproval, { params: { approvalId }, body: { decision, hash, ...(note && { note }) } });
};

export const put = (
  person: Person,
  projectId: string,
  path: string,
  body: string,
  headers: Record<string, string> = { 'if-none-match': '*' },
) => person.call(saveFile, { params: { projectId }, query: { path }, body }, { headers });

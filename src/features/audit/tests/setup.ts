/** A server, and a person with a new organization for each test of the audit log. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import type { NewEntry } from '#features/audit-log/server/audit-log.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { listAudit } from '../contract.ts';
import { describeEntry } from '../describe-entry.ts';

export let testServer: TestServer;
export let ada: Person;
export let organizationId: string;
export let projectId: string;

before(async () => {
  testServer = await startTestServer();
});

after(() => testServer.close());

/** Creates an organization whose log contains the creation of one project. */
beforeEach(async () => {
  ada = await signUp(testServer);
  await moveToNewOrganization(ada);
  ({ id: projectId, organizationId } = await newProject(ada, 'Website'));
});

/** The organization created by signing up has an entry about that. */
async function moveToNewOrganization(person: Person): Promise<void> {
  const move = `with made as (insert into organizations (id, name) values (gen_random_uuid(), 'Team') returning id),
        left_one as (delete from members where user_id = $1)
      insert into members (organization_id, user_id, role) select id, $1, 'owner' from made returning organization_id as id`;
  const [made] = await query<{ id: string }>(testServer.databaseUrl, move, [person.id]);
  await eventually('the server knows of it', async () => (await person.call(currentUser, {})).body.user.organizations[0]?.id, made?.id);
}

export type Selection = NonNullable<CallOf<typeof listAudit>['query']>;

export const list = async (selection: Selection = {}, person = ada) => (await person.call(listAudit, { query: selection })).body;
export const said = async (selection: Selection = {}) => (await list(selection)).entries.map(describeEntry);

export const newest = async () => {
  const [entry] = (await list({ limit: 1 })).entries;
  assert.ok(entry);
  return entry;
};

export const record = (entry: Partial<NewEntry>) =>
  testServer.features.auditLog.record(testServer.features.db, {
    organizationId,
    actor: { userId: ada.id, name: 'Ada Lovelace' },
    action: 'autonomy.off',
    ...entry,
  });

export async function putRun(title: string): Promise<string> {
  const id = randomUUID();
  await query(
    testServer.databaseUrl,
    `insert into runs (id, project_id, title, status, level, model) values ($1, $2, $3, 'done', 'supervised', 'practice')`,
    [id, projectId, title],
  );
  return id;
}

export const setAda = (value: typeof ada): void => {
  ada = value;
};

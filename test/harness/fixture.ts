/** The subjects of the sample requests: a person with one thing of each kind. */

import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ephemeralSecrets } from '#app/secrets.ts';
import { login, putPicture } from '#features/accounts/contract.ts';
import { createAgent } from '#features/agents/contract.ts';
import { addToolServer } from '#features/connections/contract.ts';
import { createProbeToken } from '#features/doctor/server/probe-token.ts';
import { saveFile } from '#features/files/contract.ts';
import { createPoint } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { createModelProvider } from '#features/models/providers-contract.ts';
import { storeLoadReport } from '#features/monitor/server/load-reports.ts';
import { defaultChoices, makeNotificationSecret, putNotificationSettings } from '#features/notifications/contract.ts';
import { createInvitation } from '#features/organizations/invitations-contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { listSessions } from '#features/sessions/contract.ts';
import { createToken } from '#features/tokens/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { buildReport } from '../load-reports/build.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { failedLog, putRun, unknownOutcome } from './run-states.ts';
import { addMember, createBrowser, newProject, type Person, signUp, type TestServer } from './test-server.ts';

export const METRICS_TOKEN = 'the token of the metrics';

/** Of the doctor of any test server without a SESSION_SECRET of its own. */
export const probeHeaders = () => ({ authorization: `Bearer ${createProbeToken([ephemeralSecrets.session])}` });

/** Digest of a tool, as if its server had defined it so. */
export const DIGEST = 'd'.repeat(64);

/** The smallest picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export interface Sample {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Fixture = Awaited<ReturnType<typeof seed>>;

/** A valid request to each endpoint, by the contract's name. */
export type Samples = Record<string, (fixture: Fixture) => Sample>;

/** A person with a project, a file, a run that has ended, and a second session; and a load report, for people allowed to see it. */
export async function seed(testServer: TestServer) {
  const owner = await signUp(testServer);
  const { id: projectId, organizationId } = await newProject(owner);
  const run = { databaseUrl: testServer.databaseUrl, projectId, userId: owner.id };
  // So that a sample of each endpoint is valid for every member.
  await owner.call(putPolicy, { query: {}, body: { basedOn: 0, policy: { levels: { autonomous: 'member' } } } });
  const [backupId, work, sessionId, account, team, settings, toolServerId, starts, waitingRunId, failedRunId, goalRunId] =
    await Promise.all([
      seedBackup(testServer),
      seedWork(testServer, owner, projectId),
      seedSession(testServer, owner),
      seedAccount(testServer, owner),
      seedTeam(testServer, owner, organizationId),
      seedSettings(owner),
      seedToolServer(testServer, owner),
      seedStarts(owner, projectId),
      putRun(run, 'waiting', unknownOutcome),
      putRun(run, 'failed', failedLog),
      putRun({ ...run, constraints: ['Touch no other file.'] }, 'waiting', unknownOutcome),
    ]);
  // Only once an approval is pending, so that no webhook is sent for it.
  await owner.call(putNotificationSettings, { body: { choices: defaultChoices, webhookUrl: 'https://hooks.example.com/guildhall' } });
  await owner.call(makeNotificationSecret, {});
  const report = buildReport('empty');
  await storeLoadReport(testServer.features.db, report);
  return {
    owner,
    organizationId,
    projectId,
    ...work,
    sessionId,
    ...account,
    ...team,
    ...settings,
    toolServerId,
    ...starts,
    waitingRunId,
    failedRunId,
    goalRunId,
    reportId: report.id,
    backupId,
  };
}

/** Files, a run that changed one and has ended, and one that asks. */
async function seedWork(testServer: TestServer, owner: Person, projectId: string) {
  const params = { projectId };
  const path = 'notes.txt';
  const headers = { 'if-none-match': '*' };
  const { body: saved } = await owner.call(saveFile, { params, query: { path }, body: 'hello' }, { headers });
  const { body: told } = await owner.call(saveFile, { params, query: { path: 'AGENTS.md' }, body: 'Be brief.' }, { headers });
  // As if nobody had accepted it.
  await query(testServer.databaseUrl, 'delete from accepted_instructions where project_id = $1', [projectId]);
  const { point } = (await owner.call(createPoint, { params, body: { name: 'start' } })).body;
  const start = async (message: string, level: 'autonomous' | 'supervised') =>
    (await owner.call(startRun, { params, body: { message, model: 'practice', level } })).body.run.id;
  const [runId] = await Promise.all([start('write made.txt: Hello', 'autonomous'), start('write asked.txt: Hello', 'supervised')]);
  const approvalOf = async () => (await owner.call(listApprovals, {})).body.approvals[0];
  const [approval] = await Promise.all([
    eventually('one approval is pending', approvalOf),
    eventually('the run is done', async () => (await owner.call(getRun, { params: { runId } })).body.run.status, 'done'),
  ]);
  return {
    path,
    version: saved.file.version,
    changeId: saved.change?.id ?? '',
    pointId: point.id,
    instructionsNumber: told.change?.number ?? 0,
    runId,
    approvalId: approval.id,
    approvalHash: approval.hash,
  };
}

async function seedSession(testServer: TestServer, owner: Person): Promise<string> {
  await createBrowser(testServer.origin).call(login, { body: { email: owner.email, password: owner.password } });
  const { sessions } = (await owner.call(listSessions, {})).body;
  return sessions.find((session) => !session.current)?.id ?? '';
}

/** A picture, and links that were sent by email. */
async function seedAccount({ databaseUrl }: TestServer, owner: Person) {
  await owner.call(putPicture, { body: PNG });
  const insert = `insert into one_time_links (token_hash, user_id, purpose, email, expires_at)
    select sha256(convert_to($1, 'UTF8')), id, $2, email, now() + interval '1 hour' from users where id = $3`;
  const [passwordToken, emailToken] = [randomUUID(), randomUUID()];
  await query(databaseUrl, insert, [passwordToken, 'password', owner.id]);
  await query(databaseUrl, insert, [emailToken, 'email', owner.id]);
  return { passwordToken, emailToken };
}

/** Another owner, a member of this organization alone, an open invitation, one to another organization, and a token. */
async function seedTeam(testServer: TestServer, owner: Person, organizationId: string) {
  const [member, otherOwner, outsider] = await Promise.all(
    ['A member', 'Another owner', 'An outsider'].map((name) => signUp(testServer, name)),
  );
  if (!member || !otherOwner || !outsider) throw new Error('nobody signed up');
  await addMember(testServer, member, organizationId, 'member');
  await query(testServer.databaseUrl, 'delete from members where user_id = $1 and organization_id <> $2', [member.id, organizationId]);
  await addMember(testServer, otherOwner, organizationId, 'owner');
  const own = (await owner.call(createInvitation, { body: { role: 'member' } })).body;
  const foreign = (await outsider.call(createInvitation, { body: { role: 'member' } })).body;
  const { token } = (await owner.call(createToken, { body: { name: 'Scripts', scopes: ['read'] } })).body;
  return {
    tokenId: token.id,
    memberId: member.id,
    invitationId: own.invitation.id,
    invitationToken: new URL(foreign.link).searchParams.get('token') ?? '',
  };
}

async function seedSettings(owner: Person) {
  const { agent } = (await owner.call(createAgent, { body: { name: 'Editor', instructions: 'Check the spelling.' } })).body;
  const body = { kind: 'compatible', name: 'Their models', url: 'https://models.invalid/v1', key: 'a-key-of-theirs' } as const;
  const { provider } = (await owner.call(createModelProvider, { body })).body;
  return { agentId: agent.id, providerId: provider.id };
}

/** A tool server whose tools were listed once. */
async function seedToolServer(testServer: TestServer, owner: Person): Promise<string> {
  const body = { name: 'Their tools', slug: 'theirs', url: 'http://10.0.0.1/mcp' };
  const { id } = (await owner.call(addToolServer, { body })).body.toolServer;
  const find = {
    name: 'find',
    description: 'Finds.',
    definition: { description: 'Finds.', inputSchema: { type: 'object' } },
    digest: DIGEST,
  };
  const listing = 'insert into tool_server_listings (tool_server_id, tools, listed_at) values ($1, $2, now())';
  await query(testServer.databaseUrl, listing, [id, JSON.stringify([find])]);
  return id;
}

/** The list of backups has one, with a file. */
async function seedBackup({ databaseUrl, dataDir }: TestServer): Promise<string> {
  const folder = join(dataDir, 'backups');
  const name = `guildhall-${randomUUID()}.backup`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), 'what was backed up');
  const insert = `insert into backups (name, location, host, reason, status, bytes, rows, encrypted, ended_at)
    values ($1, $2, $3, 'manual', 'done', 18, 1, false, now()) returning id`;
  return (await query<{ id: string }>(databaseUrl, insert, [name, folder, hostname()]))[0]?.id ?? '';
}

/** A schedule and a trigger. */
async function seedStarts(owner: Person, projectId: string) {
  const params = { projectId };
  const run = { level: 'supervised', model: 'practice' } as const;
  const yearly = { cron: '0 0 1 1 *', timezone: 'Europe/Berlin', message: 'Greet the new year', ...run };
  const { schedule } = (await owner.call(createSchedule, { params, body: yearly })).body;
  const deployed = { name: 'Deployed', message: 'Say what was deployed.', ...run };
  const { trigger, secret } = (await owner.call(createTrigger, { params, body: deployed })).body;
  return { scheduleId: schedule.id, triggerId: trigger.id, webhookSecret: secret ?? '' };
}

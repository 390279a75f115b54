/** One good request for every contract, and the place it is made in. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { currentUser, login } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { createAgent } from '#features/agents/contract.ts';
import { addToolServer } from '#features/connections/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { createModelProvider } from '#features/models/providers-contract.ts';
import { keepLoadReport } from '#features/monitor/server/load-reports.ts';
import { defaultChoices, makeNotificationSecret, putNotificationSettings } from '#features/notifications/contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { listSessions } from '#features/sessions/contract.ts';
import { createTrigger } from '#features/triggers/contract.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import { urlOf } from '#wire/call.ts';
import type { Contract } from '#wire/contract.ts';
import type { Role } from '#wire/role.ts';
import { buildReport } from '../load-reports/build.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { failedLog, putRun, unknownOutcome } from './run-states.ts';
import { createBrowser, type House, newProject, type Person, signUp } from './test-server.ts';

export const METRICS_TOKEN = 'the token of the metrics';

/** Of a tool, as if its server had said something of which this were the digest. */
const DIGEST = 'd'.repeat(64);

export interface Sample {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Place = Awaited<ReturnType<typeof furnish>>;

/** Somebody with a project, a file, a run that has ended, and a second session; and a load report, for who may see it. */
export async function furnish(house: House) {
  const owner = await signUp(house);
  const { id: projectId, organizationId } = await newProject(owner);
  const params = { projectId };
  // So that a sample of each endpoint is good for every member.
  await owner.call(putPolicy, { query: {}, body: { basedOn: 0, policy: { levels: { autonomous: 'member' } } } });
  const headers = { 'if-none-match': '*' };
  const { body: saved } = await owner.call(saveFile, { params, query: { path: 'notes.txt' }, body: 'hello' }, { headers });
  const { body: told } = await owner.call(saveFile, { params, query: { path: 'AGENTS.md' }, body: 'Be brief.' }, { headers });
  // As if nobody had accepted it.
  await query(house.databaseUrl, 'delete from accepted_instructions where project_id = $1', [projectId]);
  const { body: started } = await owner.call(startRun, {
    params,
    body: { message: 'write made.txt: Hello', model: 'practice', level: 'autonomous' },
  });
  await eventually(
    'the run is done',
    async () => (await owner.call(getRun, { params: { runId: started.run.id } })).body.run.status,
    'done',
  );
  await createBrowser(house.origin).call(login, { body: { email: owner.email, password: owner.password } });
  const { sessions } = (await owner.call(listSessions, {})).body;
  const sessionId = sessions.find((session) => !session.current)?.id ?? '';
  const { agent } = (await owner.call(createAgent, { body: { name: 'Editor', instructions: 'Check the spelling.' } })).body;
  const provider = { kind: 'compatible', name: 'Their models', url: 'https://models.invalid/v1', key: 'a-key-of-theirs' } as const;
  const { id: providerId } = (await owner.call(createModelProvider, { body: provider })).body.provider;
  const toolServer = { name: 'Their tools', slug: 'theirs', url: 'http://10.0.0.1/mcp' };
  const { id: toolServerId } = (await owner.call(addToolServer, { body: toolServer })).body.toolServer;
  const find = {
    name: 'find',
    description: 'Finds.',
    definition: { description: 'Finds.', inputSchema: { type: 'object' } },
    digest: DIGEST,
  };
  const listing = 'insert into tool_server_listings (tool_server_id, tools, listed_at) values ($1, $2, now())';
  await query(house.databaseUrl, listing, [toolServerId, JSON.stringify([find])]);
  const setting = { databaseUrl: house.databaseUrl, projectId, userId: owner.id };
  const [waitingRunId, failedRunId, goalRunId] = await Promise.all([
    putRun(setting, 'waiting', unknownOutcome),
    putRun(setting, 'failed', failedLog),
    putRun({ ...setting, constraints: ['Touch no other file.'] }, 'waiting', unknownOutcome),
  ]);
  await owner.call(startRun, { params, body: { message: 'write asked.txt: Hello', model: 'practice' } });
  await eventually('one approval is pending', async () => (await owner.call(listApprovals, {})).body.approvals.length, 1);
  const [approval] = (await owner.call(listApprovals, {})).body.approvals;
  await owner.call(putNotificationSettings, { body: { choices: defaultChoices, webhookUrl: 'https://hooks.example.com/guildhall' } });
  await owner.call(makeNotificationSecret, {});
  const yearly = {
    cron: '0 0 1 1 *',
    timezone: 'Europe/Berlin',
    message: 'Greet the new year',
    level: 'supervised',
    model: 'practice',
  } as const;
  const { id: scheduleId } = (await owner.call(createSchedule, { params, body: yearly })).body.schedule;
  const deployed = { name: 'Deployed', message: 'Say what was deployed.', level: 'supervised', model: 'practice' } as const;
  const { trigger, secret: webhookSecret } = (await owner.call(createTrigger, { params, body: deployed })).body;
  const report = buildReport('empty');
  await keepLoadReport(house.rooms.db, report);
  const path = 'notes.txt';
  const agentId = agent.id;
  return {
    agentId,
    approvalId: approval?.id ?? '',
    approvalHash: approval?.hash ?? '',
    providerId,
    owner,
    organizationId,
    projectId,
    path,
    version: saved.file.version,
    changeId: saved.change?.id ?? '',
    instructionsNumber: told.change?.number ?? 0,
    runId: started.run.id,
    waitingRunId,
    failedRunId,
    goalRunId,
    toolServerId,
    scheduleId,
    triggerId: trigger.id,
    webhookSecret: webhookSecret ?? '',
    sessionId,
    reportId: report.id,
  };
}

const settings = {
  instructions: 'Check every figure.',
  model: 'practice',
  tools: ['list_files', 'read_file'],
  level: 'autonomous',
  budget: { steps: 3, tokens: 1000, inputTokens: 800, outputTokens: 200, cost: 0.5, minutes: 0.5 },
};

const runSettings = {
  message: 'Greet the new year',
  level: 'supervised',
  model: 'practice',
  budget: settings.budget,
  goal: { constraints: ['Be short.'] },
};

const scheduleSettings = {
  cron: '0 0 1 1 *',
  timezone: 'Europe/Berlin',
  ...runSettings,
  missed: 'once',
  overlap: true,
};

const daily = { tokens: 1_000_000, cost: 5 };
const policy = {
  rules: [{ tool: 'edit_file', path: 'docs/**', autonomous: 'ask' }],
  levels: { off: 'member', supervised: 'admin', autonomous: 'owner' },
  approvers: 'admin',
  expireAfterHours: 24,
  dailyBudgets: { user: daily, project: daily, organization: daily },
};

const period = { from: '2026-11-01', to: '2026-11-30' };

/** By the contract's name. */
export const samples: Record<string, (place: Place) => Sample> = {
  signup: () => ({ body: { name: 'Grace Hopper', email: `${randomUUID()}@example.com`, password: 'twelve chars' } }),
  login: ({ owner }) => ({ body: { email: owner.email, password: owner.password } }),
  logout: () => ({}),
  currentUser: () => ({}),
  listSessions: () => ({}),
  revokeSession: ({ sessionId }) => ({ params: { sessionId } }),
  revokeOtherSessions: () => ({}),
  listProjects: () => ({}),
  createProject: ({ organizationId }) => ({ body: { name: 'Another project', organizationId } }),
  getProject: ({ projectId }) => ({ params: { projectId } }),
  renameProject: ({ projectId }) => ({ params: { projectId }, body: { name: 'A better name' } }),
  deleteProject: ({ projectId }) => ({ params: { projectId } }),
  listFiles: ({ projectId, path }) => ({ params: { projectId }, query: { path, depth: '3' } }),
  readFile: ({ projectId, path }) => ({ params: { projectId }, query: { path, at: '1' } }),
  saveFile: ({ projectId, path, version }) => ({
    params: { projectId },
    query: { path },
    body: 'something else',
    headers: { 'if-match': `"${version}"` },
  }),
  deleteFile: ({ projectId, path, version }) => ({ params: { projectId }, query: { path }, headers: { 'if-match': `"${version}"` } }),
  moveFile: ({ projectId, path }) => ({ params: { projectId }, body: { from: path, to: 'elsewhere/notes.txt' } }),
  listChanges: ({ projectId, path, runId }) => ({ params: { projectId }, query: { path, run: runId, before: '9', limit: '5' } }),
  getChange: ({ changeId }) => ({ params: { changeId } }),
  revertChange: ({ changeId }) => ({ params: { changeId } }),
  searchFiles: ({ projectId }) => ({ params: { projectId }, query: { q: 'hel+o', regex: 'true', glob: '*.txt' } }),
  listModels: ({ organizationId }) => ({ query: { organization: organizationId } }),
  getModelSettings: ({ organizationId }) => ({ query: { organization: organizationId } }),
  putModelSettings: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { allowed: ['practice'], default: 'practice', fallback: null, prices: { practice: { input: 1, output: 2 } } },
  }),
  listModelProviders: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createModelProvider: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { kind: 'compatible', name: 'Our models', slug: 'ours', url: 'https://models.invalid/v1', key: 'a-key-of-ours' },
  }),
  changeModelProvider: ({ providerId }) => ({
    params: { providerId },
    body: { name: 'Other models', url: 'https://models.invalid/v2', key: 'another-key' },
  }),
  deleteModelProvider: ({ providerId }) => ({ params: { providerId } }),
  testModelProvider: ({ providerId }) => ({ params: { providerId } }),
  listAgents: ({ organizationId }) => ({ query: { organization: organizationId, archived: 'true' } }),
  createAgent: ({ organizationId }) => ({ query: { organization: organizationId }, body: { name: 'Reviewer', ...settings } }),
  getAgent: ({ agentId }) => ({ params: { agentId }, query: { before: '9', limit: '5' } }),
  changeAgent: ({ agentId }) => ({ params: { agentId }, body: { basedOn: 1, name: 'Proofreader', ...settings } }),
  archiveAgent: ({ agentId }) => ({ params: { agentId } }),
  restoreAgent: ({ agentId }) => ({ params: { agentId } }),
  getAutonomy: ({ organizationId }) => ({ query: { organization: organizationId } }),
  getPolicy: ({ organizationId }) => ({ query: { organization: organizationId } }),
  putPolicy: ({ organizationId }) => ({ query: { organization: organizationId }, body: { basedOn: 1, policy } }),
  getProjectPolicy: ({ projectId }) => ({ params: { projectId } }),
  putProjectPolicy: ({ projectId }) => ({ params: { projectId }, body: { basedOn: 0, policy } }),
  switchAutonomy: ({ organizationId }) => ({ query: { organization: organizationId }, body: { on: false } }),
  listApprovals: ({ organizationId, projectId, approvalId }) => ({
    query: {
      organization: organizationId,
      status: 'all',
      kind: 'tool_call',
      project: projectId,
      mine: 'true',
      before: approvalId,
      limit: '5',
    },
  }),
  followApprovals: () => ({}),
  getApproval: ({ approvalId }) => ({ params: { approvalId } }),
  readApprovalFile: ({ approvalId }) => ({ params: { approvalId }, query: { path: 'asked.txt', side: 'after' } }),
  decideApproval: ({ approvalId, approvalHash }) => ({
    params: { approvalId },
    body: { decision: 'approve', note: 'Go on.', all: true, hash: approvalHash },
  }),
  listWaitingInstructions: ({ organizationId }) => ({ query: { organization: organizationId } }),
  getInstructions: ({ projectId }) => ({ params: { projectId } }),
  acceptInstructions: ({ projectId, instructionsNumber }) => ({ params: { projectId }, body: { number: instructionsNumber } }),
  startRun: ({ projectId }) => ({
    params: { projectId },
    body: { message: 'Hello', level: 'autonomous', model: 'practice', budget: settings.budget, goal: { constraints: ['Be brief.'] } },
  }),
  listRuns: ({ projectId, runId }) => ({ params: { projectId }, query: { before: runId, limit: '5' } }),
  getRun: ({ runId }) => ({ params: { runId }, query: { after: '1', limit: '5' } }),
  retryRun: ({ failedRunId }) => ({ params: { runId: failedRunId }, body: { budget: settings.budget } }),
  answerQuestion: ({ waitingRunId }) => ({
    params: { runId: waitingRunId },
    body: { callId: 'call-1', choice: 'happened', note: 'It did.' },
  }),
  changePlan: ({ goalRunId }) => ({
    params: { runId: goalRunId },
    body: { steps: [{ text: 'Read the letter', status: 'done', note: 'It is short.' }, { text: 'Answer it' }], version: 0 },
  }),
  branchRun: ({ runId }) => ({ params: { runId }, body: { event: 1, message: 'Something else', model: 'practice' } }),
  revertRun: ({ runId }) => ({ params: { runId } }),
  exportRun: ({ runId }) => ({ params: { runId }, query: { format: 'json' } }),
  readOutput: ({ waitingRunId }) => ({ params: { runId: waitingRunId, outputId: '1.1' }, query: { from: '10', length: '20' } }),
  followRun: ({ runId }) => ({ params: { runId }, query: { after: '1' } }),
  sendMessage: ({ runId }) => ({ params: { runId }, body: { message: 'And again' } }),
  stopRun: ({ runId }) => ({ params: { runId } }),
  getUsage: ({ organizationId, projectId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, user: owner.id, by: 'model' },
  }),
  exportUsage: ({ organizationId, projectId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, user: owner.id },
  }),
  listAudit: ({ organizationId, projectId, runId, owner }) => ({
    query: {
      ...period,
      organization: organizationId,
      project: projectId,
      run: runId,
      user: owner.id,
      action: 'approval.ask',
      before: '99',
      limit: '5',
    },
  }),
  listAuditPeople: ({ organizationId }) => ({ query: { organization: organizationId } }),
  exportAudit: ({ organizationId, projectId, runId, owner }) => ({
    query: { ...period, organization: organizationId, project: projectId, run: runId, user: owner.id, action: 'run' },
  }),
  listSchedules: ({ projectId }) => ({ params: { projectId } }),
  listAllSchedules: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createSchedule: ({ projectId, agentId }) => ({ params: { projectId }, body: { name: 'Reminder', ...scheduleSettings, agentId } }),
  getSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  changeSchedule: ({ scheduleId, agentId }) => ({
    params: { scheduleId },
    body: { basedOn: 1, name: 'Reminder', paused: true, ...scheduleSettings, agentId },
  }),
  deleteSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  runSchedule: ({ scheduleId }) => ({ params: { scheduleId } }),
  listOccurrences: ({ scheduleId }) => ({ params: { scheduleId }, query: { before: '2026-11-24T09:00:00Z', limit: '5' } }),
  listTriggers: ({ projectId }) => ({ params: { projectId } }),
  listAllTriggers: ({ organizationId }) => ({ query: { organization: organizationId } }),
  createTrigger: ({ projectId, agentId }) => ({
    params: { projectId },
    body: { name: 'Notes', ...runSettings, agentId, files: { path: 'notes/**', byRuns: true } },
  }),
  getTrigger: ({ triggerId }) => ({ params: { triggerId } }),
  changeTrigger: ({ triggerId, agentId }) => ({ params: { triggerId }, body: { name: 'Notes', ...runSettings, agentId, paused: true } }),
  deleteTrigger: ({ triggerId }) => ({ params: { triggerId } }),
  renewTriggerSecret: ({ triggerId }) => ({ params: { triggerId } }),
  listTriggerOccurrences: ({ triggerId }) => ({ params: { triggerId }, query: { before: '9', limit: '5' } }),
  receiveWebhook: ({ triggerId, webhookSecret }) => {
    const body = '{"event":"deployed"}';
    const stamp = { id: randomUUID(), timestamp: Math.floor(Date.now() / 1000) };
    return { params: { triggerId }, body, headers: webhookHeaders([webhookSecret], stamp, body) };
  },
  listScheduleTimes: () => ({ query: { cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', count: '3' } }),
  listToolServers: ({ organizationId }) => ({ query: { organization: organizationId } }),
  addToolServer: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: {
      name: 'More tools',
      slug: 'more_tools',
      url: 'https://tools.example.com/mcp',
      token: 'a-token-of-theirs',
      headers: [{ name: 'X-Team', value: 'the-team-of-theirs' }],
      privateNetwork: false,
    },
  }),
  changeToolServer: ({ toolServerId }) => ({
    params: { toolServerId },
    body: {
      name: 'Tools',
      slug: 'tools',
      url: 'https://tools.example.com/mcp',
      token: 'another-token',
      headers: [{ name: 'X-Team', value: 'another-team' }],
      enabled: false,
      disabledTools: ['remove_all'],
      privateNetwork: false,
    },
  }),
  removeToolServer: ({ toolServerId }) => ({ params: { toolServerId } }),
  testToolServer: ({ toolServerId }) => ({ params: { toolServerId } }),
  listServerTools: ({ toolServerId }) => ({ params: { toolServerId } }),
  changeServerTools: ({ toolServerId }) => ({
    params: { toolServerId },
    body: { on: [{ name: 'find', digest: DIGEST }], off: ['remove_all'] },
  }),
  getFetchHosts: ({ organizationId }) => ({ query: { organization: organizationId } }),
  changeFetchHosts: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { hosts: ['example.com', '*.example.org'] },
  }),
  listNotifications: () => ({ query: { channel: 'email', limit: '5' } }),
  getNotificationSettings: () => ({}),
  putNotificationSettings: () => ({
    body: {
      choices: {
        approval_asked: { page: true, email: true, webhook: false, of: 'mine' },
        run_ended: { page: false, email: false, webhook: true, of: 'unattended' },
        start_failed: { page: true, email: true, webhook: true },
        autonomy_off: { page: true, email: true, webhook: true },
        tools_changed: { page: true, email: false, webhook: false },
      },
      webhookUrl: 'https://hooks.example.com/guildhall',
    },
  }),
  makeNotificationSecret: () => ({}),
  testNotification: () => ({ body: { channel: 'webhook' } }),
  listLoadReports: ({ reportId }) => ({ query: { before: reportId, limit: '5' } }),
  getLoadReport: ({ reportId }) => ({ params: { reportId } }),
  deleteLoadReport: ({ reportId }) => ({ params: { reportId } }),
  getHealth: () => ({}),
  getLive: () => ({}),
  getReady: () => ({}),
  getMetrics: () => ({ headers: { authorization: `Bearer ${METRICS_TOKEN}` } }),
};

export function sampleOf(contract: Contract, place: Place): Sample {
  const sample = samples[contract.name];
  assert.ok(sample, `${contract.name} has no sample in test/harness/samples.ts`);
  return sample(place);
}

type Browser = Person['browser'];

/**
 * Sends a request as it stands, good or bad.
 * @param sample its body is sent as JSON, or as it is where the contract takes bytes
 * @param init what differs from the sample
 */
export function send(
  browser: Browser,
  contract: Contract,
  sample: Sample,
  { url, ...init }: RequestInit & { url?: string } = {},
): Promise<Response> {
  const headers = new Headers(sample.headers);
  if (sample.body !== undefined) headers.set('content-type', contract.body === 'bytes' ? 'application/octet-stream' : 'application/json');
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  const body = contract.body === 'bytes' ? (sample.body as string) : JSON.stringify(sample.body);
  return browser.fetch(url ?? urlOf(contract, sample as never), {
    method: contract.method,
    ...(sample.body !== undefined && { body }),
    ...init,
    headers,
  });
}

/** @returns what was answered; '' of a stream of events, which may have no end */
export async function readAnswer(contract: Contract, response: Response): Promise<string> {
  if (contract.replies[response.status] !== 'events') return response.text();
  await response.body?.cancel();
  return '';
}

/** Gives somebody another role everywhere, and waits until the server has heard of it. */
export async function setRole(house: House, person: Person, role: Role): Promise<void> {
  await query(house.databaseUrl, 'update members set role = $2 where user_id = $1', [person.id, role]);
  await eventually('the server knows the role', async () => {
    const { user } = (await (await person.browser.fetch('/api/auth/user')).json()) as { user: { organizations: { role: Role }[] } };
    return user.organizations[0]?.role === role;
  });
}

/** Lets somebody run the installation, and waits until the server has heard of it. */
export async function makeOperator(house: House, person: Person): Promise<void> {
  const first = `insert into members (organization_id, user_id, role)
    select id, $1, 'owner' from organizations order by created_at, id limit 1 on conflict do nothing`;
  await query(house.databaseUrl, first, [person.id]);
  await eventually('the server knows the operator', async () => isOperator((await person.call(currentUser, {})).body.user));
}

/** Written by servers on their own account: counts, beats, probes and what was last heard of elsewhere. */
const OF_SERVERS = [
  'limit_windows',
  'recurring_jobs',
  'servers',
  'sign_in_tries',
  'tool_server_listings',
  'trigger_strangers',
  'write_probes',
];

/**
 * A digest of every row of ours, by table: of its place and of the transaction that wrote it, which is several times faster than of its
 * content. Limits and webhooks count refused requests too. Taken once no run is at work: one that an accepted sample began goes on
 * writing by itself.
 */
export async function fingerprint(databaseUrl: string): Promise<Record<string, string>> {
  await eventually(
    'no run is at work',
    async () => (await query(databaseUrl, `select from runs where status in ('queued', 'running')`)).length,
    0,
  );
  const tables = await query<{ name: string }>(
    databaseUrl,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in (${OF_SERVERS.map((name) => `'${name}'`).join()}) order by 1`,
  );
  // That something was refused is told, and changes nothing.
  const but = (name: string) => (name === 'audit_entries' ? `where action not in ('access.refuse', 'session.refuse')` : '');
  const digests = tables.map(
    ({ name }) =>
      `(select count(*) || ' ' || coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0) from ${name} ${but(name)}) as ${name}`,
  );
  return (await query<Record<string, string>>(databaseUrl, `select ${digests.join(', ')}`))[0] ?? {};
}

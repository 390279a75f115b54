import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { archiveAgent, changeAgent, createAgent, restoreAgent } from '#features/agents/contract.ts';
import type { NewEntry } from '#features/audit-log/server/audit-log.ts';
import { addToolServer, changeFetchHosts, changeToolServer, removeToolServer } from '#features/connections/contract.ts';
import { putModelSettings } from '#features/models/contract.ts';
import { changeModelProvider, createModelProvider, deleteModelProvider } from '#features/models/providers-contract.ts';
import { getNotificationSettings, makeNotificationSecret, putNotificationSettings } from '#features/notifications/contract.ts';
import { createProject, deleteProject, renameProject } from '#features/projects/contract.ts';
import { listSessions, revokeOtherSessions, revokeSession } from '#features/sessions/contract.ts';
import { exportUsage } from '#features/usage/contract.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { addMember, createBrowser, type House, newProject, openHouse, type Person, signUp } from '../../../test/harness/test-server.ts';
import { exportAudit, listAudit, listAuditPeople, MAX_EXPORTED } from './contract.ts';
import { sayEntry } from './say-entry.ts';

describe('audit', () => {
  let house: House;
  let ada: Person;
  let organizationId: string;
  let projectId: string;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());
  /** A new organization, in whose log the making of one project stands. */
  beforeEach(async () => {
    ada = await signUp(house);
    await moveToNewOrganization(ada);
    ({ id: projectId, organizationId } = await newProject(ada, 'Website'));
  });

  /** The one that signing up founded tells of that. */
  async function moveToNewOrganization(person: Person): Promise<void> {
    const move = `with made as (insert into organizations (id, name) values (gen_random_uuid(), 'Team') returning id),
        left_one as (delete from members where user_id = $1)
      insert into members (organization_id, user_id, role) select id, $1, 'owner' from made returning organization_id as id`;
    const [made] = await query<{ id: string }>(house.databaseUrl, move, [person.id]);
    await eventually('the server knows of it', async () => (await person.call(currentUser, {})).body.user.organizations[0]?.id, made?.id);
  }

  type Selection = NonNullable<CallOf<typeof listAudit>['query']>;
  const list = async (selection: Selection = {}, person = ada) => (await person.call(listAudit, { query: selection })).body;
  const said = async (selection: Selection = {}) => (await list(selection)).entries.map(sayEntry);
  const newest = async () => {
    const [entry] = (await list({ limit: 1 })).entries;
    assert.ok(entry);
    return entry;
  };
  const record = (entry: Partial<NewEntry>) =>
    house.rooms.auditLog.record(house.rooms.db, {
      organizationId,
      actor: { userId: ada.id, name: 'Ada Lovelace' },
      action: 'autonomy.off',
      ...entry,
    });

  describe('signing in and out', () => {
    const signIn = (password: string, browser = createBrowser(house.origin)) =>
      browser.call(login, { body: { email: ada.email, password } }).then(() => browser);

    it('stands in the log, with the device and the address, and so does signing up', async () => {
      const browser = await signIn(ada.password);
      await browser.call(logout, {});
      const { entries } = await list();
      assert.deepEqual(entries.map(sayEntry), [
        'Ada Lovelace signed out',
        'Ada Lovelace signed in',
        'Ada Lovelace created the project Website',
      ]);
      assert.deepEqual(
        entries.map(({ address }) => address),
        Array(3).fill('127.0.0.1'),
      );
      assert.deepEqual(entries[1]?.detail, { device: 'node' });
      const eve = await signUp(house, 'Eve');
      assert.deepEqual((await list({}, eve)).entries.map(sayEntry), ['Eve signed up']);
    });

    it('is recorded when it fails, for whose account it was, a few times a minute, and not for an address without one', async () => {
      await Promise.all(Array.from({ length: 30 }, () => signIn('a wrong password').catch(() => undefined)));
      await eventually(
        'the failed ones are recorded',
        async () => (await list({ action: 'session.refuse' })).entries.length,
        (count) => count >= 10,
      );
      const nobody = { email: 'nobody-at-all@example.com', password: 'a wrong password' };
      await assert.rejects(createBrowser(house.origin).call(login, { body: nobody }), { status: 401 });
      const { entries } = await list({ action: 'session' });
      assert.deepEqual([...new Set(entries.map(sayEntry))], ['Somebody failed to sign in as Ada Lovelace']);
      // And one for all that were refused unheard.
      await eventually(
        'those are recorded',
        async () => (await list({ action: 'session.refuse' })).entries,
        (seen) => seen.some(({ detail }) => detail !== null),
      );
      await Promise.all(Array.from({ length: 10 }, () => signIn('a wrong password').catch(() => undefined)));
      const { entries: all } = await list({ action: 'session.refuse' });
      assert.equal(all.filter(({ detail }) => detail === null).length, 10);
      assert.deepEqual(
        all.flatMap(({ detail }) => detail ?? []),
        [{ reason: 'rate_limited' }],
      );
      assert.deepEqual(entries[0]?.subject, { kind: 'account', id: ada.id, name: 'Ada Lovelace' });
    });

    it('is recorded where a person ends sessions', async () => {
      const browser = await signIn(ada.password);
      const { sessions } = (await browser.call(listSessions, {})).body;
      await browser.call(revokeSession, { params: { sessionId: sessions.find(({ current }) => !current)?.id ?? '' } });
      ada = { ...ada, call: browser.call, browser };
      await signIn(ada.password);
      await signIn(ada.password);
      await browser.call(revokeOtherSessions, {});
      await browser.call(revokeOtherSessions, {});
      const { entries } = await list({ action: 'session' });
      assert.deepEqual(entries.filter(({ action }) => action.startsWith('session.revoke')).map(sayEntry), [
        'Ada Lovelace ended all their other sessions',
        'Ada Lovelace ended the session node',
      ]);
      assert.deepEqual(entries[0]?.detail, { sessions: 2 });
    });

    it('stands in the log of each organization of a person, and of no other', async () => {
      const grace = await signUp(house, 'Grace Hopper');
      const own = (await grace.call(currentUser, {})).body.user.organizations[0]?.id ?? '';
      await addMember(house, grace, organizationId, 'viewer');
      await grace.call(logout, {});
      await grace.call(login, { body: { email: grace.email, password: grace.password } });
      assert.deepEqual((await said()).slice(0, 2), ['Grace Hopper signed in', 'Grace Hopper signed out']);
      assert.deepEqual((await grace.call(listAudit, { query: { organization: own } })).body.entries.map(sayEntry), [
        'Grace Hopper signed in',
        'Grace Hopper signed out',
        'Grace Hopper signed up',
      ]);
      const stranger = await signUp(house, 'A stranger');
      assert.deepEqual((await list({}, stranger)).entries.map(sayEntry), ['A stranger signed up']);
    });
  });

  describe('what somebody may not', () => {
    it('is recorded in the organization whose right was missing, once a minute for each endpoint', async () => {
      const grace = await signUp(house, 'Grace Hopper');
      await addMember(house, grace, organizationId, 'viewer');
      const attempts = () => [
        grace.call(deleteProject, { params: { projectId } }),
        grace.call(listAudit, { query: { organization: organizationId } }),
        grace.call(createProject, { body: { name: 'Mine', organizationId } }),
      ];
      await eventually('they are known to be a viewer', () =>
        grace.call(deleteProject, { params: { projectId } }).catch(({ status }) => status === 403),
      );
      for (let round = 0; round < 5; round++) for (const attempt of attempts()) await assert.rejects(attempt, { status: 403 });
      await eventually('all three are recorded', async () => (await list({ action: 'access' })).entries.length, 3);
      const { entries } = await list({ action: 'access' });
      assert.deepEqual(entries.map(sayEntry).sort(), [
        'Grace Hopper was not allowed to create project',
        'Grace Hopper was not allowed to delete project',
        'Grace Hopper was not allowed to list audit',
      ]);
      const deletion = entries.find(({ subject }) => subject?.name === 'delete project');
      assert.deepEqual(deletion?.project, { id: projectId, name: 'Website' });
      assert.deepEqual(deletion?.detail, { reason: 'role_too_small', endpoint: 'DELETE /api/projects/:projectId' });
      assert.deepEqual(
        (await list({}, grace)).entries.map(sayEntry),
        ['Grace Hopper signed up'],
        'their own organization is not concerned',
      );
    });

    it('is nothing to record where it is not known to exist', async () => {
      const grace = await signUp(house, 'Grace Hopper');
      await assert.rejects(grace.call(deleteProject, { params: { projectId } }), { status: 404 });
      assert.deepEqual((await list({ action: 'access' })).entries, []);
    });
  });

  describe('exports, secrets and personal settings', () => {
    it('are recorded', async () => {
      await ada.call(exportAudit, { query: { action: 'project' } });
      await ada.call(exportUsage, { query: {} });
      const { secret } = (await ada.call(makeNotificationSecret, {})).body;
      const { settings } = (await ada.call(getNotificationSettings, {})).body;
      const choices = { ...settings.choices, start_failed: { page: false, email: true, webhook: false } };
      await ada.call(putNotificationSettings, { body: { choices, webhookUrl: 'https://192.0.43.8/secret-path' } });
      await ada.call(putNotificationSettings, { body: { choices, webhookUrl: 'https://192.0.43.8/secret-path' } });
      assert.deepEqual((await said()).slice(0, 4), [
        'Ada Lovelace changed their notification settings',
        'Ada Lovelace made a new secret for their notification webhook',
        'Ada Lovelace exported the usage figures',
        'Ada Lovelace exported the audit log',
      ]);
      const { entries } = await list({ limit: 4 });
      assert.deepEqual(entries[0]?.detail, { changed: ['start_failed', 'webhook'], webhookHost: '192.0.43.8' });
      assert.deepEqual(entries[3]?.detail, { action: 'project' });
      assert.ok(!JSON.stringify(entries).includes(secret) && !JSON.stringify(entries).includes('secret-path'));
    });
  });

  describe('an entry', () => {
    it('tells who did what to what, when and from where', async () => {
      const { id, at, ...entry } = await newest();
      assert.ok(id > 0);
      assert.ok(Math.abs(Date.now() - Date.parse(at)) < 10_000);
      assert.deepEqual(entry, {
        who: { id: ada.id, name: 'Ada Lovelace' },
        byRun: false,
        action: 'project.create',
        subject: { kind: 'project', id: projectId, name: 'Website' },
        project: { id: projectId, name: 'Website' },
        run: null,
        detail: null,
        address: '127.0.0.1',
      });
    });

    it('tells of a run on whose behalf it works, and where', async () => {
      const runId = await putRun('Tidy up');
      await record({
        actor: { userId: ada.id, name: 'Ada Lovelace', runId },
        action: 'approval.ask',
        subject: { kind: 'approval', id: randomUUID(), name: 'edit_file notes.md' },
      });
      const entry = await newest();
      assert.equal(sayEntry(entry), 'A run for Ada Lovelace asked for edit_file notes.md');
      assert.deepEqual(
        [entry.byRun, entry.run, entry.project?.name, entry.address],
        [true, { id: runId, name: 'Tidy up' }, 'Website', null],
      );
    });

    it('tells of a person the run that they decided on', async () => {
      const runId = await putRun('Tidy up');
      await record({ action: 'run.stop', runId, subject: { kind: 'run', id: runId, name: 'Tidy up' } });
      const entry = await newest();
      assert.equal(sayEntry(entry), 'Ada Lovelace stopped the run Tidy up');
      assert.deepEqual([entry.byRun, entry.run?.id], [false, runId]);
    });

    it('tells of nobody what happened by itself', async () => {
      await record({
        actor: { userId: null, name: 'Guildhall' },
        action: 'approval.expire',
        subject: { kind: 'approval', id: null, name: 'bash' },
      });
      const entry = await newest();
      assert.equal(sayEntry(entry), 'Guildhall rejected bash, since nobody had answered in time');
      assert.equal(entry.who.id, null);
    });

    it('tells what has started a run where nobody did', async () => {
      await record({
        action: 'run.start',
        subject: { kind: 'run', id: null, name: 'Report' },
        detail: { level: 'supervised', origin: { kind: 'schedule', id: null, name: 'Every morning' } },
      });
      assert.equal(sayEntry(await newest()), 'The schedule Every morning, for Ada Lovelace, started the run Report');
    });

    it('outlives the project, the run and the person it tells of, with their names', async () => {
      const bob = await signUp(house, 'Bob');
      const runId = await putRun('Tidy up');
      await record({
        actor: { userId: bob.id, name: 'Bob', runId },
        action: 'run.change',
        subject: { kind: 'files', id: null, name: 'a.txt' },
      });
      await ada.call(deleteProject, { params: { projectId } });
      await query(house.databaseUrl, 'delete from users where id = $1', [bob.id]);
      const { entries } = await list();
      assert.deepEqual(entries.map(sayEntry), [
        'Ada Lovelace deleted the project Website',
        'A run for Bob changed a.txt',
        'Ada Lovelace created the project Website',
      ]);
      assert.deepEqual(
        entries.map(({ project, run }) => [project?.name, run?.name]),
        [
          ['Website', undefined],
          ['Website', 'Tidy up'],
          ['Website', undefined],
        ],
      );
    });
  });

  describe('what is recorded', () => {
    it('of projects: that they are created, renamed and deleted', async () => {
      const { id } = (await ada.call(createProject, { body: { name: 'Handbook' } })).body.project;
      await ada.call(renameProject, { params: { projectId: id }, body: { name: 'Manual' } });
      assert.deepEqual((await newest()).detail, { from: 'Handbook' });
      await ada.call(renameProject, { params: { projectId: id }, body: { name: 'Manual' } });
      await ada.call(deleteProject, { params: { projectId: id } });
      assert.deepEqual(await said({ project: id }), [
        'Ada Lovelace deleted the project Manual',
        'Ada Lovelace renamed the project Manual',
        'Ada Lovelace created the project Handbook',
      ]);
    });

    it('of agents: that they are made, changed, archived and restored, each once', async () => {
      const { id } = (await ada.call(createAgent, { body: { name: 'Editor', instructions: 'Edit.' } })).body.agent;
      const params = { agentId: id };
      await ada.call(changeAgent, { params, body: { basedOn: 1, name: 'Proofreader', level: 'autonomous' } });
      assert.deepEqual((await newest()).detail, { version: 2, changed: ['name', 'level'] });
      await ada.call(changeAgent, { params, body: { basedOn: 2, name: 'Proofreader' } });
      await assert.rejects(ada.call(changeAgent, { params, body: { basedOn: 1, name: 'Writer' } }), { status: 409 });
      await ada.call(archiveAgent, { params });
      await ada.call(archiveAgent, { params });
      await ada.call(restoreAgent, { params });
      await ada.call(restoreAgent, { params });
      await assert.rejects(ada.call(createAgent, { body: { name: 'Proofreader', instructions: 'Edit.' } }), { status: 409 });
      assert.deepEqual(await said({ action: 'agent' }), [
        'Ada Lovelace restored the agent Proofreader',
        'Ada Lovelace archived the agent Proofreader',
        'Ada Lovelace changed the agent Proofreader',
        'Ada Lovelace made the agent Editor',
      ]);
    });

    it('of models: providers without their keys, and what may be used', async () => {
      const body = { kind: 'compatible', name: 'Ours', url: 'https://models.invalid/v1', key: 'a-secret-key' } as const;
      const params = { providerId: (await ada.call(createModelProvider, { body })).body.provider.id };
      await ada.call(changeModelProvider, { params, body: { url: 'https://models.invalid/v2', key: 'another-secret' } });
      await ada.call(deleteModelProvider, { params });
      const settings = { allowed: ['practice'], default: 'practice', fallback: null, prices: {} };
      await ada.call(putModelSettings, { body: settings });
      await ada.call(putModelSettings, { body: settings });
      const { entries } = await list();
      assert.deepEqual(
        entries.slice(0, -1).map((entry) => [sayEntry(entry), entry.detail]),
        [
          [
            'Ada Lovelace changed which models may be used and what they cost',
            { changed: ['allowed', 'default'], allowed: 1, default: 'practice', fallback: null },
          ],
          ['Ada Lovelace deleted the model provider Ours', null],
          ['Ada Lovelace changed the model provider Ours', { changed: ['url', 'key'], url: 'https://models.invalid/v2' }],
          ['Ada Lovelace added the model provider Ours', { kind: 'compatible', url: 'https://models.invalid/v1' }],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), /secret/);
    });

    it('of connections: tool servers without what their address or token may hide, and hosts', async () => {
      const body = { name: 'Tools', slug: 'tools', url: 'https://tools.invalid/secret-path', token: 'a-secret-token' };
      const params = { toolServerId: (await ada.call(addToolServer, { body })).body.toolServer.id };
      await ada.call(changeToolServer, { params, body: { token: 'another-secret', enabled: false } });
      await ada.call(removeToolServer, { params });
      await ada.call(changeFetchHosts, { body: { hosts: ['example.com', 'example.com'] } });
      const { entries } = await list();
      assert.deepEqual(
        entries.slice(0, -1).map((entry) => [sayEntry(entry), entry.detail]),
        [
          ['Ada Lovelace changed the hosts whose pages may be read', { hosts: ['example.com'] }],
          ['Ada Lovelace disconnected the tool server Tools', { host: 'tools.invalid' }],
          ['Ada Lovelace changed the tool server Tools', { changed: ['token', 'enabled'], host: 'tools.invalid' }],
          ['Ada Lovelace connected the tool server Tools', { host: 'tools.invalid', privateNetwork: false }],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), /secret/);
    });
  });

  describe('GET /api/audit', () => {
    it('tells the newest first, a page at a time', async () => {
      await record({ action: 'autonomy.off' });
      await record({ action: 'autonomy.on' });
      const first = await list({ limit: 2 });
      assert.deepEqual([first.entries.map(({ action }) => action), first.more], [['autonomy.on', 'autonomy.off'], true]);
      const second = await list({ limit: 2, before: first.entries[1]?.id });
      assert.deepEqual([second.entries.map(({ action }) => action), second.more], [['project.create'], false]);
    });

    it('tells of one action, or of all of a kind', async () => {
      for (const action of ['approval.ask', 'approval.approve', 'autonomy.off'] as const) await record({ action });
      const told = async (action: Selection['action']) => (await list({ action })).entries.map((entry) => entry.action);
      assert.deepEqual(await told('approval'), ['approval.approve', 'approval.ask']);
      assert.deepEqual(await told('approval.ask'), ['approval.ask']);
      assert.deepEqual(await told('schedule'), []);
    });

    it('tells of one person, project or run', async () => {
      const [bob, runId] = [randomUUID(), await putRun('Tidy up')];
      await record({ actor: { userId: bob, name: 'Bob', runId }, action: 'run.change' });
      await record({ action: 'run.stop', runId });
      const told = async (selection: Selection) => (await list(selection)).entries.map(({ action }) => action);
      assert.deepEqual(await told({ user: bob }), ['run.change']);
      assert.deepEqual(await told({ run: runId }), ['run.stop', 'run.change']);
      assert.deepEqual(await told({ project: projectId }), ['run.stop', 'run.change', 'project.create']);
      assert.deepEqual(await told({ project: projectId, run: runId, user: ada.id, action: 'run' }), ['run.stop']);
      assert.deepEqual(await told({ user: randomUUID() }), []);
    });

    it('tells of days, both included', async () => {
      for (const at of ['2026-01-31 23:59:59Z', '2026-02-01 00:00:00Z', '2026-02-02 23:59:59Z', '2026-02-03 00:00:00Z'])
        await query(
          house.databaseUrl,
          `insert into audit_entries (at, organization_id, user_name, by_run, action) values ($1, $2, 'Bob', false, 'autonomy.on')`,
          [at, organizationId],
        );
      const told = async (from?: string, to?: string) => (await list({ from, to })).entries.map(({ at }) => at.slice(0, 10));
      assert.deepEqual(await told('2026-02-01', '2026-02-02'), ['2026-02-02', '2026-02-01']);
      assert.deepEqual(await told(undefined, '2026-01-31'), ['2026-01-31']);
      assert.deepEqual((await told('2026-02-03')).sort()[0], '2026-02-03');
      await assert.rejects(list({ from: '2026-02-02', to: '2026-02-01' }), { status: 422 });
    });

    it('is for admins, and of their own organization', async () => {
      const eve = await signUp(house, 'Eve');
      await assert.rejects(list({ organization: organizationId }, eve), { status: 404 });
      assert.deepEqual((await list({ project: projectId }, eve)).entries, []);
      await setRole(house, ada, 'member');
      await assert.rejects(list(), { status: 403, code: 'role_too_small' });
      await setRole(house, ada, 'admin');
      await eventually('the refusal is recorded', async () => (await list()).entries.length, 2);
    });
  });

  describe('GET /api/audit/people', () => {
    it('tells each person once, by the name told last, former members and nobody’s doings apart', async () => {
      const [bob, cid] = [randomUUID(), randomUUID()];
      for (const name of ['Bob', 'Bob', 'Robert']) await record({ actor: { userId: bob, name } });
      await record({ actor: { userId: cid, name: 'cid' } });
      await record({ actor: { userId: null, name: 'Guildhall' } });
      const { people } = (await ada.call(listAuditPeople, {})).body;
      assert.deepEqual(people, [
        { id: ada.id, name: 'Ada Lovelace' },
        { id: cid, name: 'cid' },
        { id: bob, name: 'Robert' },
      ]);
      const eve = await signUp(house, 'Eve');
      assert.deepEqual((await eve.call(listAuditPeople, {})).body.people, [{ id: eve.id, name: 'Eve' }]);
    });
  });

  describe('GET /api/audit/export', () => {
    const lines = async (selection = '') => {
      const response = await ada.browser.fetch(`/api/audit/export${selection}`);
      assert.equal(response.status, 200);
      const bytes = Buffer.from(await response.arrayBuffer());
      return { response, bytes, lines: bytes.toString('utf8').slice(1).split('\r\n') };
    };

    it('is the same as a CSV file', async () => {
      const runId = await putRun('Tidy up');
      await record({
        actor: { userId: ada.id, name: 'Ada Lovelace', runId, address: '192.0.2.1' },
        action: 'approval.ask',
        subject: { kind: 'approval', id: 'x', name: 'bash "ls"' },
        detail: { reason: 'says so' },
      });
      const { id, at } = await newest();
      const { response, bytes, lines: all } = await lines(`?run=${runId}`);
      assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
      assert.equal(response.headers.get('content-disposition'), 'attachment; filename="audit.csv"');
      assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      assert.equal(
        all[0],
        'id,time,person,person_id,by_run,action,sentence,subject_kind,subject,subject_id,project,project_id,run,run_id,address,detail',
      );
      assert.equal(
        all[1],
        `${id},${at},Ada Lovelace,${ada.id},yes,approval.ask,"A run for Ada Lovelace asked for bash ""ls""",approval,"bash ""ls""",x,Website,${projectId},Tidy up,${runId},192.0.2.1,"{""reason"":""says so""}"`,
      );
      assert.deepEqual(all.slice(2), ['']);
    });

    it('holds nothing that a spreadsheet would take for a formula', async () => {
      for (const name of ['=1+1', '+1', '-1', '@SUM(1)', '\t=1'])
        await record({ actor: { userId: ada.id, name }, subject: { kind: 'x', id: name, name } });
      const { lines: all } = await lines('?action=autonomy.off');
      assert.equal(all.length, 7);
      for (const line of all.slice(1, -1)) for (const cell of line.split(',')) assert.doesNotMatch(cell, /^"?[=+\-@\t]/, line);
    });

    it('marks what nobody would see', async () => {
      const name = 'report_\u202efdp.sh\u200b';
      await record({ actor: { userId: ada.id, name }, subject: { kind: 'x', id: 'x', name } });
      const { lines: all } = await lines('?action=autonomy.off');
      assert.match(all[1] ?? '', /,report_⟨U\+202E⟩fdp\.sh⟨U\+200B⟩,/);
      assert.doesNotMatch(all.join(''), /[\u202e\u200b]/);
    });

    it('holds every entry once, also of many pages, and refuses more than it can', async () => {
      const add = (count: number) =>
        query(
          house.databaseUrl,
          `insert into audit_entries (organization_id, user_name, by_run, action)
           select $1, 'Bob ' || n, false, 'autonomy.on' from generate_series(1, $2) n`,
          [organizationId, count],
        );
      await add(10_000);
      const { lines: all } = await lines('?action=autonomy');
      const people = all.slice(1, -1).map((line) => line.split(',')[2]);
      assert.deepEqual(
        people,
        Array.from({ length: 10_000 }, (_, index) => `Bob ${10_000 - index}`),
      );
      await add(MAX_EXPORTED - 10_000);
      assert.equal((await lines('?action=autonomy')).lines.length, MAX_EXPORTED + 2);
      await add(1);
      await assert.rejects(ada.call(exportAudit, { query: { action: 'autonomy' } }), { status: 422, code: 'too_many_entries' });
    });

    it('is for admins, and of their own organization', async () => {
      const eve = await signUp(house, 'Eve');
      await assert.rejects(eve.call(exportAudit, { query: { organization: organizationId } }), { status: 404 });
      await setRole(house, ada, 'member');
      await assert.rejects(ada.call(exportAudit, {}), { status: 403 });
    });
  });

  async function putRun(title: string): Promise<string> {
    const id = randomUUID();
    await query(
      house.databaseUrl,
      `insert into runs (id, project_id, title, status, level, model) values ($1, $2, $3, 'done', 'supervised', 'practice')`,
      [id, projectId, title],
    );
    return id;
  }
});

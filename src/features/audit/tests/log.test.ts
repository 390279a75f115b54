import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { deleteProject } from '#features/projects/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { setRole } from '../../../../test/harness/roles.ts';
import { signUp } from '../../../../test/harness/test-server.ts';
import { exportAudit, listAuditPeople, MAX_EXPORTED } from '../contract.ts';
import { describeEntry } from '../describe-entry.ts';
import { ada, list, newest, organizationId, projectId, putRun, record, type Selection, testServer } from './setup.ts';

describe('audit', () => {
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
      assert.equal(describeEntry(entry), 'A run for Ada Lovelace asked for edit_file notes.md');
      assert.deepEqual(
        [entry.byRun, entry.run, entry.project?.name, entry.address],
        [true, { id: runId, name: 'Tidy up' }, 'Website', null],
      );
    });

    it('tells of a person the run that they decided on', async () => {
      const runId = await putRun('Tidy up');
      await record({ action: 'run.stop', runId, subject: { kind: 'run', id: runId, name: 'Tidy up' } });
      const entry = await newest();
      assert.equal(describeEntry(entry), 'Ada Lovelace stopped the run Tidy up');
      assert.deepEqual([entry.byRun, entry.run?.id], [false, runId]);
    });

    it('tells of nobody what happened by itself', async () => {
      await record({
        actor: { userId: null, name: 'Guildhall' },
        action: 'approval.expire',
        subject: { kind: 'approval', id: null, name: 'bash' },
      });
      const entry = await newest();
      assert.equal(describeEntry(entry), 'Guildhall rejected bash, since nobody had answered in time');
      assert.equal(entry.who.id, null);
    });

    it('tells what has started a run where nobody did', async () => {
      await record({
        action: 'run.start',
        subject: { kind: 'run', id: null, name: 'Report' },
        detail: { level: 'supervised', origin: { kind: 'schedule', id: null, name: 'Every morning' } },
      });
      assert.equal(describeEntry(await newest()), 'The schedule Every morning, for Ada Lovelace, started the run Report');
    });

    it('outlives the project, the run and the person it tells of, with their names', async () => {
      const bob = await signUp(testServer, 'Bob');
      const runId = await putRun('Tidy up');
      await record({
        actor: { userId: bob.id, name: 'Bob', runId },
        action: 'run.change',
        subject: { kind: 'files', id: null, name: 'a.txt' },
      });
      await ada.call(deleteProject, { params: { projectId } });
      await query(testServer.databaseUrl, 'delete from users where id = $1', [bob.id]);
      const { entries } = await list();
      assert.deepEqual(entries.map(describeEntry), [
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
          testServer.databaseUrl,
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
      const eve = await signUp(testServer, 'Eve');
      await assert.rejects(list({ organization: organizationId }, eve), { status: 404 });
      assert.deepEqual((await list({ project: projectId }, eve)).entries, []);
      await setRole(testServer, ada, 'member');
      await assert.rejects(list(), { status: 403, code: 'role_too_small' });
      await setRole(testServer, ada, 'admin');
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
      const eve = await signUp(testServer, 'Eve');
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
          testServer.databaseUrl,
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
      const eve = await signUp(testServer, 'Eve');
      await assert.rejects(eve.call(exportAudit, { query: { organization: organizationId } }), { status: 404 });
      await setRole(testServer, ada, 'member');
      await assert.rejects(ada.call(exportAudit, {}), { status: 403 });
    });
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createParser } from 'eventsource-parser';
import type { ApprovalUpdate } from '#features/inbox/contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { getApproval, readApprovalFile } from '#features/runs/approvals-contract.ts';

import { eventually } from '../../../../test/harness/eventually.ts';
import { setRole } from '../../../../test/harness/roles.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { stopRun } from '../contract.ts';
import { ask, decide, join, models, put, show, testServer, write } from './approval-list-setup.ts';

describe('GET /api/approvals/:approvalId', () => {
  let ada: Person;
  let projectId: string;
  let organizationId: string;
  before(async () => {
    ada = await signUp(testServer);
    ({ id: projectId, organizationId } = await newProject(ada));
    await put(ada, projectId, 'plan.md', 'one\ntwo\nthree\n');
    await put(ada, projectId, 'old/name.md', 'the same\n');
  });

  it('shows what would change, line by line, before it does', async () => {
    const command = 'echo more >> plan.md; mkdir new; mv old/name.md new/name.md; printf "\\0" > data.bin';
    const { id } = await ask(ada, projectId, { tool: 'bash', input: { command } });
    const { files, more, stale, approval } = await show(ada, id);
    assert.deepEqual(
      files
        .map(({ path, kind, diff, reason, added, removed }) => ({ path, kind, diff, reason, added, removed }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      [
        { path: 'data.bin', kind: 'created', diff: null, reason: 'binary', added: 0, removed: 0 },
        { path: 'new/name.md', kind: 'created', diff: '@@ -0,0 +1,1 @@\n+the same\n', reason: undefined, added: 1, removed: 0 },
        { path: 'old/name.md', kind: 'deleted', diff: '@@ -1,1 +0,0 @@\n-the same\n', reason: undefined, added: 0, removed: 1 },
        { path: 'plan.md', kind: 'changed', diff: '@@ -1,3 +1,4 @@\n one\n two\n three\n+more\n', reason: undefined, added: 1, removed: 0 },
      ],
    );
    assert.deepEqual([more, stale, approval.pathCount], [false, [], 4]);
    await decide(ada, id, 'reject');
  });

  it('shows a file alone that is too large among others, returns its bytes, and pages after a hundred files', async () => {
    const command =
      'for i in $(seq 100 202); do echo $i > f$i; done; seq 1 99999 > g1; cp g1 g2; cat g1 g1 > g3; sed -i "s/one/two/" plan.md; rm old/name.md';
    const { id, pathCount } = await ask(ada, projectId, { tool: 'bash', input: { command } });
    const read = async (query: { path?: string; from?: number }) =>
      (await ada.call(getApproval, { params: { approvalId: id }, query })).body;
    const [first, next] = [await read({}), await read({ from: 100 })];
    assert.deepEqual([first.files.length, first.more, next.more, first.files.length + next.files.length], [100, true, false, pathCount]);
    const among = new Map([...first.files, ...next.files].map((file) => [file.path, file]));
    assert.deepEqual([among.get('g1')?.reason, among.get('g2')?.reason, among.get('g3')?.reason], [undefined, 'too_large', 'too_large']);
    assert.equal((await read({ path: 'g2' })).files[0]?.added, 99_999);
    assert.equal((await read({ path: 'g3' })).files[0]?.reason, 'too_large');
    const bytes = async (path: string, side: 'before' | 'after') =>
      Buffer.from((await ada.call(readApprovalFile, { params: { approvalId: id }, query: { path, side } })).body).toString();
    assert.equal((await bytes('g3', 'after')).length, 2 * 588_888);
    assert.deepEqual([await bytes('plan.md', 'before'), await bytes('plan.md', 'after')], ['one\ntwo\nthree\n', 'two\ntwo\nthree\n']);
    for (const [path, side] of [
      ['g3', 'before'],
      ['old/name.md', 'after'],
      ['elsewhere', 'after'],
    ] as const)
      await assert.rejects(bytes(path, side), { status: 404 });
    await decide(ada, id, 'reject');
  });

  it('says who edited what since the request, until it is resolved', async () => {
    const grace = await join(organizationId, 'Grace Hopper', 'member');
    const { id } = await ask(ada, projectId, { tool: 'bash', input: { command: 'echo more >> plan.md; echo new > fresh.md' } });
    const current = (await ada.browser.fetch(`/api/projects/${projectId}/file?path=plan.md`)).headers.get('etag') ?? '';
    await put(grace, projectId, 'plan.md', 'zero\none\ntwo\nthree\n', { 'if-match': current });
    const shown = await show(ada, id);
    assert.deepEqual(
      shown.stale.map(({ path, by }) => [path, by?.name, by?.kind]),
      [['plan.md', 'Grace Hopper', 'person']],
    );
    assert.ok(Math.abs(Date.parse(shown.stale[0]?.at ?? '') - Date.now()) < 60_000);
    assert.match(shown.files.find(({ path }) => path === 'plan.md')?.diff ?? '', /^@@ -1,3 \+1,4 @@\n one/, 'as it was asked');
    await decide(ada, id, 'reject');
    assert.deepEqual((await show(ada, id)).stale, []);
  });

  it('diffs the first megabytes of many files, and names the others', async () => {
    for (let n = 10; n < 20; n++) await put(ada, projectId, `f${n}`, `${'0123456789'.repeat(99)}${n}\n`.repeat(950));
    const { id } = await ask(ada, projectId, { tool: 'bash', input: { command: 'for f in f1?; do echo more >> $f; done' } });
    const { files } = await show(ada, id);
    assert.deepEqual([files.length, files[0]?.path, files[9]?.path], [10, 'f10', 'f19']);
    const kinds = files.map(({ diff, reason }) => (diff === null ? reason : 'compared'));
    assert.deepEqual([kinds[0], kinds[9]], ['compared', 'too_large']);
  });

  it('says who may decide according to the policy', async () => {
    const [grace, viewer] = [await join(organizationId, 'Grace Hopper', 'member'), await join(organizationId, 'Eve', 'viewer')];
    const { id } = await ask(ada, projectId, write('by-role.md'));
    const rightsOf = async (person: Person) => {
      const { approvers, mayDecide } = await show(person, id);
      return [approvers, mayDecide];
    };
    assert.deepEqual(
      [await rightsOf(grace), await rightsOf(viewer)],
      [
        ['member', true],
        ['member', false],
      ],
    );
    await ada.call(putPolicy, { query: { organization: organizationId }, body: { basedOn: 0, policy: { approvers: 'admin' } } });
    assert.deepEqual(
      [await rightsOf(grace), await rightsOf(ada)],
      [
        ['admin', false],
        ['admin', true],
      ],
    );
    await assert.rejects(decide(grace, id, 'approve'), { status: 403 });
    await assert.rejects(decide(viewer, id, 'approve'), { status: 403, code: 'role_too_small' });
    assert.equal((await decide(ada, id, 'approve')).body.approval.status, 'approved');
  });
});

describe('GET /api/approvals/events', () => {
  let ada: Person;
  let grace: Person;
  let projectId: string;
  let organizationId: string;
  const open: AbortController[] = [];
  before(async () => {
    ada = await signUp(testServer);
    ({ id: projectId, organizationId } = await newProject(ada, 'Website'));
    grace = await join(organizationId, 'Grace Hopper', 'member');
  });
  after(() => {
    for (const leave of open) leave.abort();
  });

  /** Listens like a page. */
  async function listen(person: Person) {
    const heard: { event: string | undefined; data: ApprovalUpdate & { organizationId?: string } }[] = [];
    const leave = new AbortController();
    open.push(leave);
    const stream = { heard, ended: false, last: () => heard.at(-1)?.data };
    const parser = createParser({ onEvent: ({ event, data }) => heard.push({ event, data: JSON.parse(data) }) });
    const read = async () => {
      // After signing up, the stream may be closed once by the notification of it.
      while (heard.length === 0) {
        const response = await person.browser.fetch('/api/approvals/events', { signal: leave.signal });
        assert.equal(response.status, 200);
        for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(text);
      }
      stream.ended = true;
    };
    void read().catch(() => undefined);
    await eventually('the stream has begun', async () => heard.length > 0);
    return stream;
  }

  it('reports the pending count at once, and whenever something is requested or resolved on any server', async () => {
    const second = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
    try {
      const [hers, elsewhere] = [await listen(ada), await listen(signedInOn(grace, second))];
      assert.deepEqual(hers.heard, [{ event: 'approvals', data: { pending: 0, mine: 0, newest: null, newestOfAll: null } }]);
      const asked = await ask(ada, projectId, write('told.md'));
      await eventually('both streams count one pending', async () => hers.last()?.pending === 1 && elsewhere.last()?.pending === 1);
      const { id, kind, tool, server, runId, projectName, paths, askedAt } = asked;
      const newest = { id, kind, tool, server, runId, projectName, paths, askedAt };
      assert.deepEqual(hers.last(), { pending: 1, mine: 1, newest, newestOfAll: newest });
      assert.deepEqual(elsewhere.last(), { pending: 1, mine: 0, newest: null, newestOfAll: newest });
      await decide(grace, id, 'approve');
      await eventually('both streams count none pending', async () => hers.last()?.pending === 0 && elsewhere.last()?.pending === 0);
      const stopped = await ask(grace, projectId, write('stopped.md'));
      await eventually('the other server counts one of hers', () => elsewhere.last()?.mine, 1);
      await grace.call(stopRun, { params: { runId: stopped.runId } });
      await eventually('her stream counts none pending', () => hers.last()?.pending, 0);
    } finally {
      await second.close();
    }
  });

  it('reveals nothing about other organizations', async () => {
    const outsider = await signUp(testServer);
    const theirs = await listen(outsider);
    const hers = await listen(ada);
    const { id } = await ask(ada, projectId, write('secret.md'));
    await eventually('her stream counts one pending', () => hers.last()?.pending, 1);
    await decide(ada, id, 'reject');
    await eventually('her stream counts none pending', () => hers.last()?.pending, 0);
    assert.deepEqual(theirs.heard, [{ event: 'approvals', data: { pending: 0, mine: 0, newest: null, newestOfAll: null } }]);
  });

  it('reports policy changes', async () => {
    const hers = await listen(grace);
    await ada.call(putPolicy, { query: { organization: organizationId }, body: { basedOn: 0, policy: { expireAfterHours: 5 } } });
    await eventually('her stream hears of the switch', async () =>
      hers.heard.some(({ event, data }) => event === 'autonomy' && data.organizationId === organizationId),
    );
  });

  it('ends when the session ends or the person’s organizations change, and the browser reconnects with the current rights', async () => {
    const hers = await listen(grace);
    await setRole(testServer, grace, 'viewer');
    await eventually('her stream has ended', async () => hers.ended);
    const again = await listen(ada);
    await ada.browser.fetch('/api/auth/logout', { method: 'POST' });
    await eventually('her stream has ended again', async () => again.ended);
    assert.equal((await ada.browser.fetch('/api/approvals/events')).status, 401);
  });
});

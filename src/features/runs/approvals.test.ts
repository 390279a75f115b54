/** Approvals as people meet them; what deciding does to a run is in the tests of the runs room. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createParser } from 'eventsource-parser';
import { currentUser } from '#features/accounts/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { type ApprovalNews, listApprovals } from '#features/inbox/contract.ts';
import { putPolicy } from '#features/policies/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { decideApproval, getApproval, readApprovalFile } from '#features/runs/approvals-contract.ts';
import type { QueryOf } from '#wire/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { type ModelServerPart, openModelServer } from '../../../test/harness/model-server.ts';
import { setRole } from '../../../test/harness/roles.ts';
import { type House, newProject, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { startRun, stopRun } from './contract.ts';

type Call = Extract<ModelServerPart, { tool: string }>;

let house: House;
let models: Awaited<ReturnType<typeof openModelServer>>;
/** What the model calls first, by the message of the run. */
const scripts = new Map<string, Call>();

before(async () => {
  models = await openModelServer(function* ({ messages }) {
    const asked = messages.findLast(({ role }) => role === 'user');
    // What else stands with a message, such as the date, is of no interest here.
    const call = [...scripts].find(([message]) => JSON.stringify(asked?.content).includes(message))?.[1];
    yield call && messages.at(-1)?.role === 'user' ? call : 'Done.';
  });
  house = await openHouse({ env: { MODEL_SERVER_URL: models.url } });
});
after(async () => {
  await house.close();
  await models.close();
});

/** Makes somebody a member of an organization, and waits until the server has heard of it. */
async function enroll(organizationId: string, person: Person, role: string): Promise<void> {
  const insert = 'insert into members (organization_id, user_id, role) values ($1, $2, $3)';
  await query(house.databaseUrl, insert, [organizationId, person.id, role]);
  await eventually(
    'the person is a member',
    async () => (await person.call(currentUser, {})).body.user.organizations,
    (seen) => seen.some(({ id }) => id === organizationId),
  );
}

async function join(organizationId: string, name: string, role: string): Promise<Person> {
  const person = await signUp(house, name);
  await enroll(organizationId, person, role);
  return person;
}

const list = async (person: Person, asked: Partial<QueryOf<typeof listApprovals>> = {}) =>
  (await person.call(listApprovals, { query: asked })).body;

/** Starts a run that wants to do something. @returns the approval it asks for */
async function ask(person: Person, projectId: string, call: Call) {
  const message = randomUUID();
  scripts.set(message, call);
  const { run } = (await person.call(startRun, { params: { projectId }, body: { message, model: 'server/test' } })).body;
  return eventually('an approval is pending', async () => (await list(person, { run: run.id })).approvals[0]);
}

const write = (path: string, content = 'One line\n'): Call => ({ tool: 'write_file', input: { path, content } });
const show = async (person: Person, approvalId: string) => (await person.call(getApproval, { params: { approvalId } })).body;
const decide = async (person: Person, approvalId: string, decision: 'approve' | 'reject', note?: string) => {
  const { hash } = (await show(person, approvalId)).approval;
  return person.call(decideApproval, { params: { approvalId }, body: { decision, hash, ...(note && { note }) } });
};
const put = (person: Person, projectId: string, path: string, body: string, headers: Record<string, string> = { 'if-none-match': '*' }) =>
  person.call(saveFile, { params: { projectId }, query: { path }, body }, { headers });

describe('GET /api/approvals', () => {
  let ada: Person;
  let grace: Person;
  let organizationId: string;
  let website: string;
  let handbook: string;
  const ids: Record<string, string> = {};
  before(async () => {
    ada = await signUp(house);
    ({ id: website, organizationId } = await newProject(ada, 'Website'));
    ({ id: handbook } = await newProject(ada, 'Handbook'));
    grace = await join(organizationId, 'Grace Hopper', 'member');
    ids['first'] = (await ask(ada, website, write('first.md'))).id;
    ids['second'] = (await ask(grace, handbook, write('second.md'))).id;
    ids['third'] = (await ask(ada, website, write('third.md'))).id;
    ids['decided'] = (await ask(grace, website, write('decided.md'))).id;
    await decide(ada, ids['decided'], 'reject', 'Not now.');
  });

  const names = ({ approvals }: Awaited<ReturnType<typeof list>>) =>
    approvals.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));

  it('tells what waits, newest first, with who asks for whom, where, and why', async () => {
    const found = await list(ada);
    assert.deepEqual(names(found), ['third', 'second', 'first']);
    const [, second] = found.approvals;
    assert.ok(second);
    const { run, askedAt: _, hash, id: _id, runId: _run, ...rest } = second;
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(
      [run.startedBy, run.level, run.origin],
      [{ id: grace.id, name: 'Grace Hopper' }, 'supervised', { kind: 'person', id: null, name: null }],
    );
    const { callId, ...told } = rest;
    assert.ok(callId);
    assert.deepEqual(told, {
      organizationId,
      projectId: handbook,
      projectName: 'Handbook',
      kind: 'tool_call',
      tool: 'write_file',
      server: null,
      input: { path: 'second.md', content: 'One line\n' },
      inputLeftOut: false,
      reason: 'Supervised runs ask before they change files.',
      paths: ['second.md'],
      pathCount: 1,
      status: 'pending',
      choices: ['approve', 'approve_all', 'reject'],
      expiresAt: null,
      decidedAt: null,
      decidedBy: null,
      note: null,
      all: false,
    });
  });

  it('filters by whose run it is, project, kind, run and what became of it', async () => {
    assert.deepEqual(names(await list(ada, { mine: 'true' })), ['third', 'first']);
    assert.deepEqual(names(await list(grace, { mine: 'true' })), ['second']);
    assert.deepEqual(names(await list(ada, { project: handbook })), ['second']);
    assert.deepEqual(names(await list(ada, { kind: 'budget' })), []);
    assert.deepEqual(names(await list(ada, { kind: 'tool_call', project: website })), ['third', 'first']);
    const [third] = (await list(ada)).approvals;
    assert.deepEqual(names(await list(ada, { run: third?.runId ?? '' })), ['third']);
    const { approvals } = await list(ada, { status: 'decided' });
    assert.deepEqual(names(await list(ada, { status: 'decided' })), ['decided']);
    assert.deepEqual(approvals[0] && [approvals[0].status, approvals[0].decidedBy?.name, approvals[0].note], [
      'rejected',
      'Ada Lovelace',
      'Not now.',
    ]);
    assert.deepEqual(names(await list(ada, { status: 'all' })), ['decided', 'third', 'second', 'first']);
  });

  it('counts what waits in all, and what waits of who asks, whatever is listed', async () => {
    assert.deepEqual((await list(ada, { status: 'decided', kind: 'budget' })).counts, { pending: 3, mine: 2 });
    assert.deepEqual((await list(grace)).counts, { pending: 3, mine: 1 });
  });

  it('tells page by page', async () => {
    const first = await list(ada, { limit: 2 });
    assert.deepEqual([names(first), first.more], [['third', 'second'], true]);
    const last = await list(ada, { limit: 2, before: ids['second'] });
    assert.deepEqual([names(last), last.more], [['first'], false]);
  });

  it('leaves out a long input, which the approval itself tells', async () => {
    const content = 'A long line of text\n'.repeat(2000);
    const long = await ask(ada, website, write('long.md', content));
    assert.deepEqual([long.input, long.inputLeftOut], [null, true]);
    const { approval } = await show(ada, long.id);
    assert.deepEqual([approval.input, approval.inputLeftOut], [{ path: 'long.md', content }, false]);
    await decide(ada, long.id, 'reject');
  });

  it('tells of all organizations of who asks, or of the one that is named, and of nobody else’s', async () => {
    const other = await signUp(house);
    const { id: projectId, organizationId: theirs } = await newProject(other);
    await enroll(theirs, grace, 'member');
    ids['fourth'] = (await ask(grace, projectId, write('fourth.md'))).id;
    assert.deepEqual(names(await list(grace)), ['fourth', 'third', 'second', 'first']);
    assert.deepEqual(names(await list(grace, { organization: organizationId })), ['third', 'second', 'first']);
    assert.deepEqual((await list(grace, { organization: theirs })).counts, { pending: 1, mine: 1 });
    const stranger = await signUp(house);
    assert.deepEqual(await list(stranger), { approvals: [], more: false, counts: { pending: 0, mine: 0 } });
    for (const organization of [organizationId, randomUUID()])
      await assert.rejects(list(stranger, { organization }), { status: 404, code: 'not_found' });
    // An approval of somebody else’s is no place to begin at, either.
    const later = await ask(ada, website, write('later.md'));
    assert.deepEqual((await list(other, { before: later.id })).approvals, []);
    await decide(ada, later.id, 'reject');
    await decide(grace, ids['fourth'], 'reject');
  });

  it('keeps what a deleted project had asked no longer', async () => {
    const { id: projectId } = await newProject(ada);
    await ask(ada, projectId, write('gone.md'));
    await ada.call(deleteProject, { params: { projectId } });
    assert.equal((await list(ada)).counts.pending, 3);
  });
});

describe('GET /api/approvals/:approvalId', () => {
  let ada: Person;
  let projectId: string;
  let organizationId: string;
  before(async () => {
    ada = await signUp(house);
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

  it('shows a file by itself that is too large among others, gives its bytes, and goes on after a hundred files', async () => {
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

  it('says who edited what since it was asked; once it is decided, that is no concern any more', async () => {
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

  it('compares the first megabytes of what many files would say, and names the others', async () => {
    for (let n = 10; n < 20; n++) await put(ada, projectId, `f${n}`, `${'0123456789'.repeat(99)}${n}\n`.repeat(950));
    const { id } = await ask(ada, projectId, { tool: 'bash', input: { command: 'for f in f1?; do echo more >> $f; done' } });
    const { files } = await show(ada, id);
    assert.deepEqual([files.length, files[0]?.path, files[9]?.path], [10, 'f10', 'f19']);
    const kinds = files.map(({ diff, reason }) => (diff === null ? reason : 'compared'));
    assert.deepEqual([kinds[0], kinds[9]], ['compared', 'too_large']);
  });

  it('tells who may decide, as the policy says', async () => {
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
    ada = await signUp(house);
    ({ id: projectId, organizationId } = await newProject(ada, 'Website'));
    grace = await join(organizationId, 'Grace Hopper', 'member');
  });
  after(() => {
    for (const leave of open) leave.abort();
  });

  /** Listens as a page does. */
  async function listen(person: Person) {
    const heard: { event: string | undefined; data: ApprovalNews & { organizationId?: string } }[] = [];
    const leave = new AbortController();
    open.push(leave);
    const stream = { heard, ended: false, last: () => heard.at(-1)?.data };
    const parser = createParser({ onEvent: ({ event, data }) => heard.push({ event, data: JSON.parse(data) }) });
    const read = async () => {
      // Who has just signed up may be sent away once, by news of that.
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

  it('tells at once how much waits, and again whenever something is asked or decided, on whichever server', async () => {
    const second = await openHouse({ databaseUrl: house.databaseUrl, env: { MODEL_SERVER_URL: models.url } });
    try {
      const [hers, elsewhere] = [await listen(ada), await listen(visit(grace, second))];
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

  it('says nothing of other organizations', async () => {
    const stranger = await signUp(house);
    const theirs = await listen(stranger);
    const hers = await listen(ada);
    const { id } = await ask(ada, projectId, write('secret.md'));
    await eventually('her stream counts one pending', () => hers.last()?.pending, 1);
    await decide(ada, id, 'reject');
    await eventually('her stream counts none pending', () => hers.last()?.pending, 0);
    assert.deepEqual(theirs.heard, [{ event: 'approvals', data: { pending: 0, mine: 0, newest: null, newestOfAll: null } }]);
  });

  it('tells when a policy changes', async () => {
    const hers = await listen(grace);
    await ada.call(putPolicy, { query: { organization: organizationId }, body: { basedOn: 0, policy: { expireAfterHours: 5 } } });
    await eventually('her stream hears of the switch', async () =>
      hers.heard.some(({ event, data }) => event === 'autonomy' && data.organizationId === organizationId),
    );
  });

  it('ends when the session ends, or other organizations are somebody’s; the browser comes back as who they are then', async () => {
    const hers = await listen(grace);
    await setRole(house, grace, 'viewer');
    await eventually('her stream has ended', async () => hers.ended);
    const again = await listen(ada);
    await ada.browser.fetch('/api/auth/logout', { method: 'POST' });
    await eventually('her stream has ended again', async () => again.ended);
    assert.equal((await ada.browser.fetch('/api/approvals/events')).status, 401);
  });
});

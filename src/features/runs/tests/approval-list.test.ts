/** Approvals as people see them; the effect of an answer on a run is covered by the tests of runs. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { deleteProject } from '#features/projects/contract.ts';
import { newProject, type Person, signUp } from '../../../../test/harness/test-server.ts';
import { ask, decide, enroll, join, list, show, testServer, write } from './approval-list-setup.ts';

describe('GET /api/approvals', () => {
  let ada: Person;
  let grace: Person;
  let organizationId: string;
  let website: string;
  let handbook: string;
  const ids: Record<string, string> = {};
  before(async () => {
    ada = await signUp(testServer);
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

  it('lists pending approvals, newest first, with who asks for whom, where and why', async () => {
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

  it('filters by owner of the run, project, kind, run and status', async () => {
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

  it('counts all pending approvals and the caller’s, whatever is listed', async () => {
    assert.deepEqual((await list(ada, { status: 'decided', kind: 'budget' })).counts, { pending: 3, mine: 2 });
    assert.deepEqual((await list(grace)).counts, { pending: 3, mine: 1 });
  });

  it('returns one page at a time', async () => {
    const first = await list(ada, { limit: 2 });
    assert.deepEqual([names(first), first.more], [['third', 'second'], true]);
    const last = await list(ada, { limit: 2, before: ids['second'] });
    assert.deepEqual([names(last), last.more], [['first'], false]);
  });

  it('omits a long input, which the approval itself includes', async () => {
    const content = 'A long line of text\n'.repeat(2000);
    const long = await ask(ada, website, write('long.md', content));
    assert.deepEqual([long.input, long.inputLeftOut], [null, true]);
    const { approval } = await show(ada, long.id);
    assert.deepEqual([approval.input, approval.inputLeftOut], [{ path: 'long.md', content }, false]);
    await decide(ada, long.id, 'reject');
  });

  it('covers all of the caller’s organizations, or the named one, and no others', async () => {
    const other = await signUp(testServer);
    const { id: projectId, organizationId: theirs } = await newProject(other);
    await enroll(theirs, grace, 'member');
    ids['fourth'] = (await ask(grace, projectId, write('fourth.md'))).id;
    assert.deepEqual(names(await list(grace)), ['fourth', 'third', 'second', 'first']);
    assert.deepEqual(names(await list(grace, { organization: organizationId })), ['third', 'second', 'first']);
    assert.deepEqual((await list(grace, { organization: theirs })).counts, { pending: 1, mine: 1 });
    const outsider = await signUp(testServer);
    assert.deepEqual(await list(outsider), { approvals: [], more: false, counts: { pending: 0, mine: 0 } });
    for (const organization of [organizationId, randomUUID()])
      await assert.rejects(list(outsider, { organization }), { status: 404, code: 'not_found' });
    // Nor can another person’s approval be used as a cursor.
    const later = await ask(ada, website, write('later.md'));
    assert.deepEqual((await list(other, { before: later.id })).approvals, []);
    await decide(ada, later.id, 'reject');
    await decide(grace, ids['fourth'], 'reject');
  });

  it('drops the approvals of a deleted project', async () => {
    const { id: projectId } = await newProject(ada);
    await ask(ada, projectId, write('gone.md'));
    await ada.call(deleteProject, { params: { projectId } });
    assert.equal((await list(ada)).counts.pending, 3);
  });
});

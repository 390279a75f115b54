/** What agents get from a project's AGENTS.md: who may change it, and which version a run uses. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { listAudit } from '#features/audit/contract.ts';
import { deleteFile, moveFile, revertChange, saveFile } from '#features/files/contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { acceptInstructions, getInstructions, listWaitingInstructions } from '#features/instructions/contract.ts';
import { getPolicy, putPolicy } from '#features/policies/contract.ts';
import type { Policy } from '#features/policies/policy.ts';
import { createSchedule } from '#features/schedules/contract.ts';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { openModelServer } from '../../../test/harness/model-server.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { decideApproval } from './approvals-contract.ts';
import { getRun, type Run, startRun } from './contract.ts';

type Call = { tool: string; input: unknown };

let models: Awaited<ReturnType<typeof openModelServer>>;
let testServer: TestServer;
let ada: Person;
let organizationId: string;
let projectId: string;
/** The model's calls, step by step, for each run's message; then it is done. */
const scripts = new Map<string, Call[]>();

before(async () => {
  models = await openModelServer(({ messages }) => {
    const asked = JSON.stringify(messages.findLast(({ role }) => role === 'user')?.content);
    const calls = [...scripts].find(([message]) => asked.includes(message))?.[1];
    return [calls?.[messages.filter(({ role }) => role === 'assistant').length] ?? 'Done.'];
  });
  testServer = await startTestServer({ env: { MODEL_SERVER_URL: models.url } });
  ada = await signUp(testServer);
});
after(async () => {
  await testServer.close();
  await models.close();
});
beforeEach(async () => {
  ({ organizationId, id: projectId } = await newProject(ada));
  await setPolicy([]);
});

async function setPolicy(rules: Policy['rules'], levels: Policy['levels'] = {}): Promise<void> {
  const { version } = (await ada.call(getPolicy, { query: {} })).body;
  await ada.call(putPolicy, { query: {}, body: { basedOn: version, policy: { rules, levels } } });
}
const mayWrite: Policy['rules'] = [{ tool: '*', path: 'AGENTS.md', autonomous: 'allow' }];

async function save(content: string, by = ada, path = 'AGENTS.md') {
  const current = await ada.browser.fetch(`/api/projects/${projectId}/file?path=${encodeURIComponent(path)}`);
  const headers: Record<string, string> = current.ok ? { 'if-match': current.headers.get('etag') ?? '' } : { 'if-none-match': '*' };
  return (await by.call(saveFile, { params: { projectId }, query: { path }, body: content }, { headers })).body.change;
}
let runs = 0;
const messageFor = (...calls: Call[]): string => {
  const message = `run-${++runs}-of-these`;
  scripts.set(message, calls);
  return message;
};
const write = (content: string, path = 'AGENTS.md'): Call => ({ tool: 'write_file', input: { path, content } });
const sh = (command: string): Call => ({ tool: 'bash', input: { command } });
/** Without having read it. */
const rewrite = (content: string): Call => sh(`printf '${content}' > AGENTS.md`);
async function start(...calls: Call[]): Promise<string> {
  const body = { message: messageFor(...calls), model: 'server/test', level: 'autonomous' as const };
  return (await ada.call(startRun, { params: { projectId }, body })).body.run.id;
}
const refusal = (status: number, code?: string) => (error: unknown) =>
  error instanceof ProblemError && error.problem.status === status && (code === undefined || error.problem.code === code);
/** Like a schedule. */
async function startAlone(level: Run['level'] = 'autonomous', ...calls: Call[]): Promise<string> {
  const input = { message: messageFor(...calls), model: 'server/test', level };
  const origin = { kind: 'schedule' as const, id: projectId, name: 'Nightly' };
  const begin = await testServer.features.runs.prepare({ userId: ada.id, projectId, input, origin });
  return testServer.features.db.transaction(begin);
}
const settled = (runId: string) =>
  eventually('the run waits or has ended', async () => {
    const found = (await ada.call(getRun, { params: { runId } })).body;
    return !['queued', 'running'].includes(found.run.status) && found;
  });
/** The project instructions given to the model, and what the log has about them. */
async function told(runId: string) {
  const { events } = await settled(runId);
  const message = events.flatMap((event) => (event.type === 'message' ? [event.data.text] : []))[0] ?? '';
  const request = models.requests.findLast(({ messages }) => JSON.stringify(messages).includes(message));
  const text = /from its AGENTS\.md:\n([^\n]*)/.exec(String(request?.messages[0]?.content))?.[1];
  const [step] = events.flatMap((event) => (event.type === 'step' ? [event.data] : []));
  const notices = events.flatMap((event) => (event.type === 'notice' ? [event.data.code] : []));
  return { text, version: step?.instructions, waits: notices.includes('instructions_wait') };
}
async function asked(runId: string) {
  const { run } = await settled(runId);
  assert.equal(run.status, 'waiting');
  const [approval] = (await ada.call(listApprovals, { query: { run: runId } })).body.approvals;
  assert.ok(approval);
  return approval;
}
const instructions = async (by = ada) => (await by.call(getInstructions, { params: { projectId } })).body;
const accept = (by: Person, number: number) => by.call(acceptInstructions, { params: { projectId }, body: { number } });
async function join(role: 'viewer' | 'member' | 'admin'): Promise<Person> {
  const person = await signUp(testServer, `A ${role}`);
  await addMember(testServer, person, organizationId, role);
  await eventually('they are a member', async () => instructions(person).catch(() => false));
  return person;
}

describe('a run that changes an AGENTS.md', () => {
  const ways: [way: string, ...Call[]][] = [
    ['writes it', write('x')],
    ['writes one in a folder', write('x', 'new/AGENTS.md')],
    ['writes it in another case', write('x', 'agents.MD')],
    ['writes it in a folder whose name is decomposed', write('x', 'cafe\u0301/AGENTS.md')],
    [
      'edits it',
      { tool: 'read_file', input: { path: 'a/AGENTS.md' } },
      { tool: 'edit_file', input: { path: 'a/AGENTS.md', old: 'Old', new: 'New' } },
    ],
    ['moves it', { tool: 'move_file', input: { from: 'a/AGENTS.md', to: 'b.md' } }],
    ['moves another file to it', { tool: 'move_file', input: { from: 'notes.md', to: 'AGENTS.md' } }],
    ['moves a folder that has one', { tool: 'move_file', input: { from: 'a', to: 'b' } }],
    ['deletes it', { tool: 'delete_file', input: { path: 'a/AGENTS.md' } }],
    ['deletes a folder that has one', { tool: 'delete_file', input: { path: 'a' } }],
    ['does so by a command', sh('echo x > ok.txt; cp notes.md AGENTS.md')],
  ];
  it('asks each time, whatever it does, even at level autonomous', async () => {
    await save('Old', ada, 'a/AGENTS.md');
    await save('Old', ada, 'notes.md');
    for (const alone of [false, true])
      await Promise.all(
        ways.map(async ([way, ...calls]) => {
          const { choices, reason } = await asked(await (alone ? startAlone('autonomous', ...calls) : start(...calls)));
          assert.deepEqual(choices, ['approve', 'reject'], way);
          assert.equal(reason, 'AGENTS.md contains instructions for agents, so changes to it always need approval.', way);
        }),
      );
  });

  it('asks even if all calls like it were approved, unless a rule says otherwise', async () => {
    const { id, hash } = await asked(await start(write('x')));
    const body = { decision: 'approve' as const, hash, all: true };
    await assert.rejects(ada.call(decideApproval, { params: { approvalId: id }, body }), refusal(422, 'no_such_choice'));
    await setPolicy(mayWrite);
    assert.equal((await settled(await start(rewrite('y')))).run.status, 'done');
  });
});

describe('a run that is not started by a person', () => {
  it('follows what a person wrote, and what a run wrote only once a person accepts it', async () => {
    await save('By hand.');
    assert.deepEqual([(await told(await startAlone())).text, (await instructions()).waits], ['By hand.', false]);
    await setPolicy(mayWrite);
    await settled(await start(rewrite('By a run.')));
    const alone = await told(await startAlone());
    assert.deepEqual([alone.text, alone.version?.by, alone.waits], ['By hand.', { name: 'Ada Lovelace', kind: 'person' }, true]);
    const attended = await told(await start());
    assert.deepEqual([attended.text, attended.version?.by.kind, attended.waits], ['By a run.', 'run', false]);

    const { newest, accepted, diff } = await instructions();
    assert.deepEqual([accepted?.number, newest?.number, newest?.by.kind], [1, 2, 'run']);
    assert.match(diff?.diff ?? '', /-By hand\.[\s\S]*\+By a run\./);
    const { waiting } = (await ada.call(listWaitingInstructions, {})).body;
    assert.ok(waiting.some((one) => one.projectId === projectId && one.newest.number === 2));
    assert.equal((await ada.call(listApprovals, { query: { organization: organizationId } })).body.counts.instructions, waiting.length);

    await assert.rejects(accept(await join('viewer'), 2), refusal(403));
    await assert.rejects(accept(ada, 1), refusal(409, 'changed_meanwhile'));
    const member = await join('member');
    await Promise.all([accept(member, 2), accept(member, 2)]);
    const facts = 'select number::int, level, user_id from accepted_instructions where project_id = $1 and number = 2';
    assert.deepEqual(await query(testServer.databaseUrl, facts, [projectId]), [{ number: 2, level: 'supervised', user_id: member.id }]);
    assert.equal((await ada.call(listAudit, { query: { action: 'instructions.accept' } })).body.entries.length, 1);
    assert.equal((await told(await startAlone('supervised'))).text, 'By a run.');
    assert.equal((await told(await startAlone('autonomous'))).text, 'By hand.', 'a member may have none work at that level');

    await query(testServer.databaseUrl, 'delete from members where user_id = $1', [member.id]);
    await query(testServer.databaseUrl, 'delete from users where id = $1', [member.id]);
    assert.equal((await told(await startAlone('supervised'))).text, 'By a run.');
    assert.equal((await instructions()).accepted?.acceptedBy.name, 'a former member');
  });

  it('follows none until someone accepts one, and says so', async () => {
    await setPolicy(mayWrite);
    await settled(await start(rewrite('By a run.')));
    assert.deepEqual(await told(await startAlone()), { text: undefined, version: null, waits: true });
    await accept(ada, 1);
    assert.equal((await told(await startAlone())).text, 'By a run.');
  });

  it('follows what was accepted by those who may start it at its level', async () => {
    await save('By Ada.');
    const member = await join('member');
    const yearly = { cron: '0 0 1 1 *', timezone: 'UTC', message: 'Go', level: 'autonomous', model: 'server/test' } as const;
    await save('By a member.', member);
    assert.equal((await instructions()).waits, false, 'nothing starts runs that they might not start');
    await ada.call(createSchedule, { params: { projectId }, body: yearly });
    assert.deepEqual([(await instructions(member)).waits, (await instructions(member)).mayAccept], [true, false]);
    assert.equal((await told(await startAlone('autonomous'))).text, 'By Ada.');
    assert.equal((await told(await startAlone('supervised'))).text, 'By a member.');
    await assert.rejects(accept(member, 2), refusal(403, 'role_too_small'));
    await accept(ada, 2);
    assert.equal((await told(await startAlone('autonomous'))).text, 'By a member.');
  });

  it('follows what people wrote before there was anything to accept', async () => {
    await save('By hand.');
    await setPolicy(mayWrite);
    await settled(await start(rewrite('By a run.')));
    // As left by a server of the previous version, and found by the upgrade.
    await query(testServer.databaseUrl, 'delete from accepted_instructions');
    assert.equal((await told(await startAlone())).text, undefined);
    const migration = await readFile(new URL('../../../db/migrations/0038_accepted_instructions.sql', import.meta.url), 'utf8');
    await query(testServer.databaseUrl, /^insert into accepted_instructions[^;]*/m.exec(migration)?.[0] ?? '');
    const { text, waits } = await told(await startAlone());
    assert.deepEqual([text, waits], ['By hand.', true]);
  });

  it('follows the result of a person’s move, undo, deletion or approval', async () => {
    const is = async (text: string | undefined) =>
      assert.deepEqual([(await told(await startAlone())).text, (await instructions()).waits], [text, false]);
    await save('Moved.', ada, 'draft.md');
    await ada.call(moveFile, { params: { projectId }, body: { from: 'draft.md', to: 'AGENTS.md' } });
    await is('Moved.');
    const change = await save('Changed.');
    await ada.call(revertChange, { params: { changeId: change?.id ?? '' } });
    await is('Moved.');
    const { id, hash } = await asked(await start(rewrite('Approved.')));
    await ada.call(decideApproval, { params: { approvalId: id }, body: { decision: 'approve', hash } });
    await eventually('it is written', async () => (await instructions()).newest?.by.kind, 'run');
    await is('Approved.');
    await ada.call(deleteFile, { params: { projectId }, query: { path: 'AGENTS.md' } });
    await is(undefined);
  });
});

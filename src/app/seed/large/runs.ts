/** Runs of the demo model with their logs, what they used, and requests that wait for an answer. */
import { createHash } from 'node:crypto';
import { prose } from './contents.ts';
import { hex, type Table } from './copy.ts';
import { pathOf } from './files.ts';
import { nameOf } from './people.ts';
import { dayOf, EVENTS, idOf, type Plan, pick, timestamp } from './plan.ts';

const MODEL = 'practice';
/** Milliseconds from one event of a log to the next. */
const PACE_MS = 50;
/** Pieces of text that runs say; taken in turn. */
const said = Array.from({ length: 500 }, (_, n) => ` ${prose(n + 100_000, 4 + pick(n, 1, 5)).trim()}`);
const PATH = 'reports/asked-for.md';
const ASKED = Buffer.from(`# Asked for\n\n${prose(99_999, 60)}`);
const ASKED_HASH = createHash('sha256').update(ASKED).digest('hex');
const input = { path: PATH, content: ASKED.toString() };
const CALL = 'call-1';
const TOOL = 'write_file';
const REASON = 'The level of this run asks before it changes files.';

const statuses = ['done', 'done', 'done', 'done', 'failed', 'done', 'stopped', 'done', 'done', 'done'] as const;
const statusOf = (plan: Plan, run: number) => (plan.isPending(run) ? 'waiting' : (statuses[pick(run, 1, statuses.length)] ?? 'done'));
const tokensOf = (run: number) => ({ inputTokens: 500 + pick(run, 2, 4000), outputTokens: 100 + pick(run, 3, 1500) });
const costOf = (run: number) => (run % 5 === 0 ? null : pick(run, 4, 50_000) / 1_000_000);
const byOf = (person: number) => ({ id: idOf('user', person), name: nameOf(person) });
const titleOf = (run: number): string => `Sum up ${said[run % said.length]?.trim().slice(0, 60).replaceAll('.', '') ?? ''}`;
const hashOf = (run: number): string => createHash('sha256').update(`${TOOL} ${run}`).digest('hex');

export function runTables(plan: Plan): Table[] {
  const all = function* <T>(each: (run: number) => Iterable<T>): Generator<T> {
    for (let run = 0; run < plan.runs; run++) yield* each(run);
  };
  const pending = function* <T>(each: (run: number) => T): Generator<T> {
    for (let run = plan.runs - plan.pending; run < plan.runs; run++) yield each(run);
  };
  return [
    {
      name: 'runs',
      columns:
        'id project_id user_id title status level model last_event input_tokens output_tokens cost created_at queued_at changed_at fence'.split(
          ' ',
        ),
      rows: () => all((run) => [runRow(plan, run)]),
    },
    { name: 'run_events', columns: ['run_id', 'seq', 'type', 'data', 'at'], rows: () => all((run) => eventRows(plan, run)) },
    {
      name: 'run_usage',
      columns: 'run_id day model organization_id project_id user_id steps input_tokens output_tokens cost'.split(' '),
      rows: () => all((run) => [usageRow(plan, run)]),
    },
    {
      name: 'approvals',
      columns: 'id organization_id project_id run_id kind call_id tool input hash reason choices outcome paths path_count asked_at'.split(
        ' ',
      ),
      rows: () => pending((run) => approvalRow(plan, run)),
    },
    {
      name: 'approval_edits',
      columns: ['approval_id', 'place', 'path', 'base', 'version', 'content'],
      rows: () => pending((run) => [idOf('approval', run), 0, PATH, null, null, hex(ASKED.toString('hex'))]),
    },
  ];
}

function runRow(plan: Plan, run: number) {
  const project = plan.projectOfRun(run);
  const { inputTokens, outputTokens } = tokensOf(run);
  const [begun, ended] = [timestamp(plan.timeOfRun(run)), timestamp(plan.timeOfRun(run) + EVENTS * PACE_MS)];
  const what = [idOf('run', run), idOf('project', project), idOf('user', project), titleOf(run), statusOf(plan, run), 'supervised', MODEL];
  return [...what, EVENTS, inputTokens, outputTokens, costOf(run), begun, begun, ended, 1];
}

function usageRow(plan: Plan, run: number) {
  const project = plan.projectOfRun(run);
  const { inputTokens, outputTokens } = tokensOf(run);
  const of = [idOf('organization', plan.organizationOf(project)), idOf('project', project), idOf('user', project)];
  return [idOf('run', run), dayOf(plan.timeOfRun(run)), MODEL, ...of, 1, inputTokens, outputTokens, costOf(run)];
}

/** A message, a step with text and a use, and an end or a question. */
function* eventRows(plan: Plan, run: number) {
  const [id, begun, status] = [idOf('run', run), plan.timeOfRun(run), statusOf(plan, run)];
  const project = plan.projectOfRun(run);
  const at = (seq: number) => timestamp(begun + seq * PACE_MS);
  const usage = { step: 1, ...tokensOf(run), cost: costOf(run), finish: status === 'waiting' ? 'tool-calls' : 'stop' };
  const closing =
    status === 'waiting'
      ? [
          ['tool_call', { callId: CALL, tool: TOOL, input }],
          ['step_end', usage],
          ['question', questionOf(run)],
        ]
      : [
          ['step_end', usage],
          ...(status === 'failed' ? [['error', { code: 'internal', message: 'The model could not be reached.' }]] : []),
          ['end', { status }],
        ];
  const texts = EVENTS - 2 - closing.length;
  yield [id, 1, 'message', { text: `${titleOf(run)}, with ${pathOf(project, 0)}`, by: byOf(project) }, at(1)];
  yield [id, 2, 'step', { step: 1, model: MODEL }, at(2)];
  for (let n = 0; n < texts; n++) yield [id, 3 + n, 'text', { text: said[(run * 7 + n) % said.length] ?? '' }, at(3 + n)];
  for (const [place, [type, data]] of closing.entries())
    yield [id, 3 + texts + place, type as string, data as object, at(3 + texts + place)];
}

const questionOf = (run: number) => ({
  callId: CALL,
  tool: TOOL,
  kind: 'approval',
  message: REASON,
  choices: ['approve', 'approve_all', 'reject'],
  approvalId: idOf('approval', run),
  rule: { by: 'level' },
  paths: [PATH],
});

function approvalRow(plan: Plan, run: number) {
  const project = plan.projectOfRun(run);
  const of = [idOf('organization', plan.organizationOf(project)), idOf('project', project), idOf('run', run)];
  const outcome = { kind: 'create', ok: true, output: `${PATH} is there.`, seen: [{ path: PATH, version: ASKED_HASH }] };
  const asked = ['tool_call', CALL, TOOL, input, hashOf(run), REASON, '{approve,approve_all,reject}', outcome, `{${PATH}}`, 1];
  return [idOf('approval', run), ...of, ...asked, timestamp(plan.timeOfRun(run) + EVENTS * PACE_MS)];
}

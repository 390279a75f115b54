/** Report on a goal, built from the run’s log alone: what was done, left open, changed, spent and asked. */
import type { Queryable } from '#kernel/database/statement.ts';
import { cut } from '../../characters.ts';
import type { StepTurn, ToolPart, Turn } from '../../conversation.ts';
import type { EventData } from '../../events.ts';
import type { Goal } from '../../plan.ts';
import * as sql from './queries.ts';
import { selectNow } from './queries.ts';
import { addToState, emptyState, type RunState } from './run-state.ts';

type Report = Extract<EventData, { type: 'report' }>;

/** The last events of a run, with a report if it has a goal. @param error why it failed, if that is not in the log yet */
export const endingOf = (state: RunState, goal: Goal | null, status: Report['data']['status'], error?: string): EventData[] => [
  ...(goal ? [composeReport(state, status, error)] : []),
  { type: 'end', data: { status } },
];

/** As `endingOf`, for an unclaimed run that the transaction has locked. @param added events that precede the end */
export async function readEnding(
  tx: Queryable,
  { id, goal }: { id: string; goal: Goal | null },
  status: Report['data']['status'],
  added: readonly EventData[] = [],
): Promise<EventData[]> {
  let state = emptyState;
  for (let more = PAGE; goal && more === PAGE; ) {
    const events = await sql.selectEvents(tx, { id, after: state.seq, limit: PAGE });
    state = events.reduce(addToState, state);
    more = events.length;
  }
  // In the log’s time format: working time is computed from it.
  const [{ at = '' } = {}] = added.length > 0 ? await selectNow(tx) : [];
  for (const event of added) state = addToState(state, { ...event, seq: state.seq + 1, at });
  return endingOf(state, goal, status);
}

/** Batch size for reading events. */
const PAGE = 5000;
const MAX_PATHS = 200;
/** Characters of the model’s closing text. */
const MAX_WORDS = 4000;

export function composeReport({ turns, plan, spending }: RunState, status: Report['data']['status'], error?: string): Report {
  // Everything before a branch belongs to another run.
  const own = turns.slice(turns.findLastIndex((turn) => turn.kind === 'branch') + 1);
  const steps = own.filter((turn) => turn.kind === 'step');
  const calls = steps.flatMap(({ parts }) => parts).filter((part) => part.kind === 'tool');
  const failure = status === 'failed' ? (error ?? lastError(own)) : undefined;
  const data: Report['data'] = {
    status,
    plan: plan?.steps ?? [],
    changed: sumChanges(calls),
    spent: spending.run,
    approvals: countApprovals(own, calls),
    words: cut(closingWords(own, steps), MAX_WORDS),
    ...(failure !== undefined && { error: failure }),
  };
  return { type: 'report', data };
}

function sumChanges(calls: readonly ToolPart[]): Report['data']['changed'] {
  const changes = calls.flatMap(({ result }) => (result?.change ? [result.change] : []));
  const paths = [...new Set(changes.flatMap((change) => change.paths))].sort();
  return { paths: paths.slice(0, MAX_PATHS), pathCount: paths.length, changes: changes.length };
}

/** Questions about calls and budgets, each with its last answer. */
function countApprovals(turns: readonly Turn[], calls: readonly ToolPart[]): Report['data']['approvals'] {
  const asked = calls.filter(({ question }) => question !== undefined);
  const answers = asked.flatMap(({ question, answer }) => (answer && question && answer.seq > question.seq ? [answer.choice] : []));
  const pauses = turns.filter((turn) => turn.kind === 'pause').length;
  const choices = [...answers, ...turns.flatMap((turn) => (turn.kind === 'resume' ? [turn.choice] : []))];
  const rejected = choices.filter((choice) => ['skip', 'reject', 'expire', 'refuse'].includes(choice)).length;
  return { asked: asked.length + pauses, approved: choices.length - rejected, rejected };
}

/**
 * The model’s last text since the last message of a person; none if it stopped in the middle of a step, because earlier text is no
 * conclusion.
 */
function closingWords(turns: readonly Turn[], steps: readonly StepTurn[]): string {
  const last = steps.at(-1);
  const asked = turns.findLast((turn) => turn.kind === 'message');
  if (!last?.end || last.seq < (asked?.seq ?? 0) || last.parts.some((part) => part.kind === 'tool')) return '';
  return last.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

function lastError(turns: readonly Turn[]): string | undefined {
  const error = turns.findLast((turn) => turn.kind === 'error');
  return error?.kind === 'error' ? error.message : undefined;
}

/** Takes one run from where its log ends to its end, step by step, for as long as this server holds it. */
import type { Models } from '#features/models/server/models.ts';
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { RunEvent } from '../events.ts';
import type { Appender } from './appender.ts';
import { carryOutCall } from './carry-out.ts';
import { type HeldRun, holdRun, LostRun } from './held-run.ts';
import { instructions } from './instructions.ts';
import { advance, hasUnanswered, type StepOutcome } from './loop.ts';
import * as sql from './queries.ts';
import type { Readers } from './readers.ts';
import type { Tool } from './tools/tool.ts';

/** What a run may use when it names no budget of its own. */
const DEFAULT_BUDGET = { steps: 50, tokens: 2_000_000, minutes: 60 };
/** A run that breaks off this often without getting on would do so for ever. */
const MAX_INTERRUPTIONS = 10;

/** Reasons to end the work from outside. */
export const GIVE_BACK = new Error('this server gives the run back');
export const STOPPED = new Error('a person stopped the run');

export interface Work {
  db: Database;
  log: Log;
  models: Models;
  tools: readonly Tool[];
  appender: Appender;
  readers: Readers;
}

/**
 * @param stopped aborted with `GIVE_BACK` or `STOPPED`
 * @throws LostRun when another server has it, and whatever says that the database is away: the run is then anybody's
 */
export async function workOn({ id, fence }: { id: string; fence: number }, stopped: AbortSignal, work: Work): Promise<void> {
  const { db, log } = work;
  const [run] = await sql.selectRun(db, id);
  if (!run) return;
  const held = holdRun({ ...work, id, fence });
  const budget = { ...DEFAULT_BUDGET, ...run.budget };
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(Math.ceil(budget.minutes * 60_000))]);
  await held.readOn();
  if (resumes(held.events()) && !(await noteInterruption(held))) return;

  try {
    for (;;) {
      signal.throwIfAborted();
      const [now] = await sql.selectRun(db, id);
      if (now?.fence !== fence || now.status !== 'running') throw new LostRun();
      if (now.stop_requested && (await held.endStopped())) return;
      const outcome = await takeStep(held, run, budget, signal, work);
      await held.readOn();
      if (outcome === 'failed' && held.events().at(-1)?.type === 'error' && (await held.end('failed'))) return;
      if (outcome === 'done' && !hasUnanswered(held.events()) && (await held.end('done'))) return;
      await held.readOn();
    }
  } catch (error) {
    if (error instanceof LostRun || stopped.reason === GIVE_BACK) throw error;
    // Where it has to go on all the same, it is taken up anew: nobody works on it once this returns.
    if (stopped.aborted) return void (await held.endStopped());
    if (signal.aborted)
      return held.endFailed('budget_reached', `The run has worked for its ${budget.minutes} min. Send another message to let it go on.`);
    // The database is away: the run stays ours in its table, and whoever sees it next takes it up again.
    if (error instanceof Refusal && error.status === 503) throw error;
    log.error({ err: error, run: id }, 'a run failed unexpectedly');
    await held.endFailed('internal', 'Something went wrong on the server; it has been logged. Send a message to try again.');
  }
}

async function takeStep(
  held: HeldRun,
  run: sql.RunRow,
  limits: { steps: number; tokens: number },
  signal: AbortSignal,
  { db, models, tools, readers }: Work,
): Promise<StepOutcome> {
  const { id, fence } = held;
  const model = models.open(run.model);
  if (!model) {
    const message = 'This run’s model is no longer configured here. Start a new run with another one.';
    await held.mustAppend([{ type: 'error', data: { code: 'model_unknown', message } }]);
    return 'failed';
  }
  return advance(held.events(), {
    model,
    modelId: run.model,
    instructions,
    tools,
    limits,
    signal,
    begin: held.appendNext,
    append: held.mustAppend,
    carryOut: async (call) => {
      const stored = await carryOutCall({ db, tools, run, fence, events: held.events(), call });
      if (!stored) throw new LostRun();
      readers.deliver(id, stored);
      await held.readOn();
    },
  });
}

/** @returns false when the run was interrupted too often, and has failed */
async function noteInterruption(held: HeldRun): Promise<boolean> {
  if (interruptions(held.events()) >= MAX_INTERRUPTIONS) {
    await held.endFailed('interrupted', `The run was interrupted ${MAX_INTERRUPTIONS} times in a row. Send a message to try again.`);
    return false;
  }
  await held.mustAppend([{ type: 'notice', data: { code: 'resumed', message: 'Work goes on after an interruption.' } }]);
  await held.readOn();
  return true;
}

/** Did the log break off in the middle of something? */
function resumes(events: RunEvent[]): boolean {
  const last = events.at(-1);
  return last !== undefined && last.type !== 'message' && last.type !== 'end';
}

/** How often it has been taken up again since it last got on. */
function interruptions(events: RunEvent[]): number {
  const since = events.findLastIndex(({ type }) => type === 'message' || type === 'step_end' || type === 'tool_result');
  return events.slice(since + 1).filter((event) => event.type === 'notice' && event.data.code === 'resumed').length;
}

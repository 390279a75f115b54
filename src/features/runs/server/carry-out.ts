/** Carries out one tool call: an effect and its result commit together, or neither does. */
import type { ToolCall } from '#features/models/server/model.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { countCharacters, cut } from '../characters.ts';
import type { EventData } from '../events.ts';
import { appendEvents } from './append.ts';
import { GIVE_BACK, type HeldRun, LostRun } from './held-run.ts';
import * as sql from './queries.ts';
import { seenVersion } from './run-state.ts';
import { MAX_OUTPUT, type Tool, type ToolContext, type ToolOutcome } from './tools/tool.ts';

interface Carrying {
  db: Database;
  log: Log;
  tools: readonly Tool[];
  run: { project_id: string; user_id: string | null; organization_id: string };
  held: HeldRun;
  /** Step and place in it, such as 3.1. */
  id: string;
  signal: AbortSignal;
}

/** Characters of a result that are kept at all. */
const MAX_STORED = 10_000_000;
/** A server that shuts down lets what acts outside come to its end for so long, in ms: cut off, a person would have to be asked. */
const PATIENCE_MS = 5000;

/**
 * Stores what came of a call, whatever came; only a tool that acts outside may leave its intent without a result, which says
 * that nobody knows whether it did.
 * @throws LostRun when another server has the run, and then nothing was done here
 */
export async function carryOutCall(call: ToolCall, carrying: Carrying): Promise<void> {
  const { tools, held } = carrying;
  const tool = tools.find((candidate) => candidate.name === call.tool);
  const start = performance.now();
  const finish = async (outcome: ToolOutcome) => held.mustAppend(await describe(outcome, call, start, carrying));
  if (!tool) return finish(refused(`There is no tool ${call.tool}. There are: ${tools.map(({ name }) => name).join(', ')}.`));
  const problem = tool.problemOf(call.input);
  if (problem !== undefined) return finish(refused(`The input does not fit: ${problem}`));

  if (tool.effect === 'outside') await held.mustAppend([{ type: 'intent', data: { callId: call.callId, tool: call.tool } }]);
  const work = (signal: AbortSignal) =>
    attempt(tool, { ...carrying, signal }, () => tool.carryOut(contextOf({ ...carrying, signal }), call.input));
  const outcome = await (tool.effect === 'outside' ? withPatience(carrying.signal, work) : work(carrying.signal));
  if (outcome === 'unknown') return;
  if (typeof outcome !== 'function') return finish(outcome);

  const committed = await attempt(tool, carrying, () =>
    changeProject(carrying, async (tx) => describe(await outcome(tx), call, start, carrying, tx)),
  );
  if (committed === 'unknown' || committed === undefined) return;
  await finish(committed);
}

/** Hands on a signal as it is, but a shutdown later. */
async function withPatience<T>(signal: AbortSignal, work: (patient: AbortSignal) => Promise<T>): Promise<T> {
  const patient = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const pass = () => {
    timer = setTimeout(() => patient.abort(signal.reason), signal.reason === GIVE_BACK ? PATIENCE_MS : 0);
  };
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  try {
    return await work(patient.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

const refused = (output: string): ToolOutcome => ({ ok: false, output });

function contextOf({ run, held, signal }: Carrying): ToolContext {
  const { turns } = held.state();
  return {
    organizationId: run.organization_id,
    projectId: run.project_id,
    runId: held.id,
    userId: run.user_id,
    signal,
    seenVersion: (path) => seenVersion(turns, path),
  };
}

/** What fails is a result too: a refusal in its own words, a surprise as one that was logged. */
async function attempt<T>(tool: Tool, { signal, log, held }: Carrying, work: () => Promise<T>): Promise<T | ToolOutcome | 'unknown'> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || error instanceof LostRun) throw error;
    // A database that is away is nothing that a model could do something about: the run is taken up again. What only reads took
    // too long, and would again.
    if (error instanceof Refusal && (error.status < 500 || tool.effect === 'none')) return refused(error.message);
    if (error instanceof Refusal) throw error;
    log.error({ err: error, run: held.id, tool: tool.name }, 'a tool failed unexpectedly');
    return tool.effect === 'outside' ? 'unknown' : refused(`${tool.name} failed unexpectedly; it has been logged. Try another way.`);
  }
}

/** Under the project's lock and the run's: whoever holds the run no more changes nothing. */
async function changeProject({ db, run, held }: Carrying, change: (tx: Transaction) => Promise<EventData[]>): Promise<undefined> {
  const stored = await db.transaction(async (tx) => {
    const [, [locked]] = await Promise.all([sql.lockProject(tx, run.project_id), sql.lockRun(tx, held.id, held.fence)]);
    return locked && appendEvents(tx, held.id, await change(tx), { fence: held.fence });
  });
  if (!stored) throw new LostRun();
  await held.take(stored);
}

/** The result as it goes into the log, where a long one is kept whole beside it. */
async function describe(
  { ok = true, output, ...more }: ToolOutcome,
  call: ToolCall,
  start: number,
  { db, held, id }: Carrying,
  tx?: Transaction,
): Promise<EventData[]> {
  const duration = Math.round(performance.now() - start);
  const text = cut(output, MAX_STORED);
  const long = text.length > MAX_OUTPUT;
  if (long) await sql.putOutput(tx ?? db, held.id, id, text.replaceAll('\0', '\ufffd').toWellFormed());
  const whole = long && { whole: { id, characters: countCharacters(text) } };
  const data = { callId: call.callId, tool: call.tool, ok, output: cut(text, MAX_OUTPUT), duration, ...whole, ...more };
  return [{ type: 'tool_result', data }];
}

/** The one place in which a tool runs: within its timeout, and with whatever it throws turned into a result. */
import { OutcomeUnknown, OutOfTime } from '#features/connections/server/connections.ts';
import type { Tool, ToolOutcome } from '#features/tools/server/tool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { LostRun } from '../log/claimed-run.ts';
import type { Unknown } from './call.ts';

interface Attempt {
  tool: Pick<Tool, 'name' | 'effect' | 'timeoutMs'>;
  /** Ends the tool at once: a person stopped the run, or this server releases it. */
  signal: AbortSignal;
  log: Log;
  held: { id: string };
}

/** A tool that is told that its time is over may still say what came of it. */
const GRACE_MS = 1000;

export const refused = (output: string): ToolOutcome => ({ ok: false, output });

/**
 * What fails is a result too: an expected error in its own words, an unexpected one as one that was logged. A tool that acts outside
 * and is out of time leaves its outcome unknown.
 * @param work is given the signal that also ends it when its time is over
 * @throws what it was aborted with; LostRun; Refusal 5xx of a tool that changes something
 */
export async function attempt<T>(call: Attempt, work: (signal: AbortSignal) => Promise<T>): Promise<T | ToolOutcome | Unknown> {
  const { tool, signal, log, held } = call;
  try {
    return await withinTimeout(call, work);
  } catch (error) {
    if (signal.aborted || error instanceof LostRun) throw error;
    const reads = tool.effect === 'none' || tool.effect === 'web';
    // A database that is away is nothing that a model could do something about: the run is claimed again. What only reads took
    // too long, and would again.
    if (error instanceof Refusal && (error.status < 500 || reads)) return refused(error.message);
    if (error instanceof Refusal) throw error;
    if (error instanceof OutOfTime && tool.effect !== 'outside') return refused(`${tool.name}: ${error.message} Nothing was changed.`);
    if (error instanceof OutcomeUnknown || error instanceof OutOfTime) {
      log.warn({ run: held.id, tool: tool.name, reason: error.message }, 'nobody knows whether a tool took effect');
      return { unknown: error.message };
    }
    log.error({ err: error, run: held.id, tool: tool.name }, 'a tool failed unexpectedly');
    return tool.effect === 'outside'
      ? { unknown: undefined }
      : refused(`${tool.name} failed unexpectedly; the error has been logged. Try another approach.`);
  }
}

/** @throws OutOfTime, also where the tool ignores its signal */
async function withinTimeout<T>({ tool, signal }: Attempt, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new OutOfTime(describeTimeout(tool.timeoutMs))), tool.timeoutMs);
  let grace: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => {
      grace = setTimeout(() => reject(over.signal.reason), GRACE_MS);
    });
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, over.signal])), givenUp]);
  } catch (error) {
    throw over.signal.aborted && !signal.aborted && !(error instanceof OutcomeUnknown) ? over.signal.reason : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}

function describeTimeout(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  const time = Number.isInteger(minutes) ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `${milliseconds / 1000} s`;
  return `It was still running after ${time}, the maximum for a call.`;
}

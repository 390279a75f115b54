/** The one place where tools run: enforces the timeout and turns errors into results. */
import { OutcomeUnknown, OutOfTime } from '#features/connections/server/connections.ts';
import type { Tool, ToolOutcome } from '#features/tools/server/tool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { LostRun } from '../log/claimed-run.ts';
import { texts } from '../texts/log.ts';
import type { Unknown } from './call.ts';

interface Attempt {
  tool: Pick<Tool, 'name' | 'effect' | 'timeoutMs'>;
  /** Ends the tool at once: a person stopped the run, or this server releases it. */
  signal: AbortSignal;
  log: Log;
  claimed: { id: string };
}

/** Time for a tool to report its outcome after its signal is aborted. */
const GRACE_MS = 1000;

export const refused = (output: string): ToolOutcome => ({ ok: false, output });

/**
 * A failure is a result too: an expected error with its own message, an unexpected one as logged. If a tool that acts outside times
 * out, its outcome is unknown.
 * @param work gets a signal that is also aborted on timeout
 * @throws the abort reason; LostRun; Refusal 5xx of a tool that changes something
 */
export async function attempt<T>(call: Attempt, work: (signal: AbortSignal) => Promise<T>): Promise<T | ToolOutcome | Unknown> {
  const { tool, signal, log, claimed } = call;
  try {
    return await withinTimeout(call, work);
  } catch (error) {
    if (signal.aborted || error instanceof LostRun) throw error;
    const reads = tool.effect === 'none' || tool.effect === 'web';
    // A model can do nothing about an unavailable database: the run is released and claimed again. A tool that only reads took too long
    // and would again, so the model gets the error.
    if (error instanceof HttpProblem && (error.status < 500 || reads)) return refused(error.message);
    if (error instanceof HttpProblem) throw error;
    if (error instanceof OutOfTime && tool.effect !== 'outside') return refused(`${tool.name}: ${error.message} Nothing was changed.`);
    if (error instanceof OutcomeUnknown || error instanceof OutOfTime) {
      log.warn({ run: claimed.id, tool: tool.name, reason: error.message }, 'the outcome of a tool call is unknown');
      return { unknown: error.message };
    }
    log.error({ err: error, run: claimed.id, tool: tool.name }, 'a tool failed unexpectedly');
    return tool.effect === 'outside'
      ? { unknown: undefined }
      : refused(`${tool.name} failed unexpectedly; the error has been logged. Try another approach.`);
  }
}

/** @throws TimedOut, even if the tool ignores its signal */
async function withinTimeout<T>({ tool, signal }: Attempt, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new OutOfTime(texts.questions.timeout(tool.timeoutMs))), tool.timeoutMs);
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

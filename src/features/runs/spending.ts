/** A run's spending, derived from its log: the server enforces a budget with it, and the screen shows it. */
import type { RunEvent } from './events.ts';

export interface Amounts {
  steps: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars, as far as prices are known. */
  cost: number;
  /** Model calls without a known price. */
  unpriced: number;
  /** Working time, in ms: excludes the time the run waited for a person or a server, or had ended. */
  ms: number;
}

export interface Spending {
  run: Amounts;
  /** Since the last message. */
  message: Amounts;
  last?: { at: number; idle: boolean };
}

const nothing: Amounts = { steps: 0, inputTokens: 0, outputTokens: 0, cost: 0, unpriced: 0, ms: 0 };
export const nothingSpent: Spending = { run: nothing, message: nothing };

export function addSpending(spending: Spending, event: RunEvent): Spending {
  const at = Date.parse(event.at);
  const { last } = spending;
  const idle = isIdleAfter(event, last?.idle ?? true);
  const resumed = event.type === 'notice' && event.data.code === 'resumed';
  const worked = last && !last.idle && !resumed ? Math.max(0, at - last.at) : 0;
  const more = amountsOf(event, worked);
  // Copied events were charged to the other run.
  if (event.type === 'branch') return { ...nothingSpent, last: { at, idle } };
  return {
    run: sum(spending.run, more),
    message: event.type === 'message' ? nothing : sum(spending.message, more),
    last: { at, idle },
  };
}

/** A person's event queues an idle run: no server works on it before its next event. */
function isIdleAfter({ type }: RunEvent, before: boolean): boolean {
  const changesNothing = ['message', 'answer', 'resume', 'retry', 'plan', 'report'].includes(type);
  return changesNothing ? before : ['end', 'question', 'pause', 'branch'].includes(type);
}

function amountsOf(event: RunEvent, ms: number): Amounts {
  if (event.type !== 'step_end' && event.type !== 'step_cut') return { ...nothing, ms };
  const { inputTokens, outputTokens, cost } = event.data;
  return { steps: event.type === 'step_end' ? 1 : 0, inputTokens, outputTokens, cost: cost ?? 0, unpriced: cost === null ? 1 : 0, ms };
}

function sum(a: Amounts, b: Amounts): Amounts {
  return {
    steps: a.steps + b.steps,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cost: a.cost + b.cost,
    unpriced: a.unpriced + b.unpriced,
    ms: a.ms + b.ms,
  };
}

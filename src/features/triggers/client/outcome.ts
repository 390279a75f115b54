import type { Outcome } from '#features/runs/client/automations/automation.ts';
import type { TriggerOccurrence } from '#features/triggers/contract.ts';

/** Rejected by design: nothing to investigate. */
const expected = new Set(['replayed', 'paused']);

/** The outcome of a firing: its run in its current state, or the reason it started none. */
export function outcomeOf({ outcome, code, run, reason }: TriggerOccurrence): Outcome {
  return { status: outcome === 'started' ? 'started' : expected.has(code ?? '') ? 'skipped' : 'failed', run, reason };
}

import type { Outcome } from '#features/runs/client/automations/automation.ts';
import type { TriggerOccurrence } from '#features/triggers/contract.ts';

/** Refused as intended: nothing to look into. */
const expected = new Set(['replayed', 'paused']);

/** The outcome of a firing: its run as it is now, or why there is none. */
export function outcomeOf({ outcome, code, run, reason }: TriggerOccurrence): Outcome {
  return { status: outcome === 'started' ? 'started' : expected.has(code ?? '') ? 'skipped' : 'failed', run, reason };
}

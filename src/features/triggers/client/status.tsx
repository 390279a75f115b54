import { OccurrenceStatus } from '#features/schedules/client/occurrence-status.tsx';
import type { TriggerOccurrence } from '#features/triggers/contract.ts';

/** Refused as it should be: nobody has to look into it. */
const expected = new Set(['replayed', 'paused']);

/** What came of a firing: its run as it is now, or why there is none. */
export function TriggerStatus({ occurrence, projectId }: { occurrence: TriggerOccurrence; projectId: string }) {
  const { outcome, code, run, reason } = occurrence;
  const status = outcome === 'started' ? 'started' : expected.has(code ?? '') ? 'skipped' : 'failed';
  return <OccurrenceStatus occurrence={{ status, run, reason }} projectId={projectId} />;
}

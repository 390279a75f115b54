import type { TriggerOccurrence } from '#features/schedules/trigger-contract.ts';
import { OccurrenceStatus } from './occurrence-status.tsx';

/** What came of a firing: its run as it is now, or why there is none. */
export function TriggerStatus({ occurrence, projectId }: { occurrence: TriggerOccurrence; projectId: string }) {
  const { outcome, run, reason } = occurrence;
  return <OccurrenceStatus occurrence={{ status: outcome === 'started' ? 'started' : 'failed', run, reason }} projectId={projectId} />;
}

import { AutomationHistory, HistoryItem } from '#features/runs/client/automations/history.tsx';
import type { Occurrence, Schedule } from '#features/schedules/contract.ts';
import { formatExact } from '#ui/format/time.tsx';
import { useHistory } from './queries.ts';

/** The outcome of each due time, newest first. */
export const ScheduleHistory = ({ schedule }: { schedule: Schedule }) => (
  <AutomationHistory
    history={useHistory(schedule.id)}
    none="What comes of each of its times is told here. Run it now to see what it does."
    item={(occurrence) => (
      <HistoryItem key={occurrence.dueAt} outcome={occurrence} at={occurrence.dueAt} projectId={schedule.project.id}>
        {occurrence.missed && <span>{describeMissed(occurrence)}</span>}
        {occurrence.reason && <span>{occurrence.reason}</span>}
        {occurrence.manual && <span className="muted">Started by hand</span>}
      </HistoryItem>
    )}
  />
);

function describeMissed({ missed, dueAt, status }: Occurrence): string {
  if (!missed) return '';
  const from = formatExact(missed.since);
  const times = missed.count === 1 ? `Missed once, at ${from}.` : `Missed ${missed.count} times, from ${from} to ${formatExact(dueAt)}.`;
  return status === 'started' ? `${times} Started once for that.` : times;
}

import { AutomationHistory, HistoryItem } from '#features/runs/client/automations/history.tsx';
import type { Occurrence, Schedule } from '#features/schedules/contract.ts';
import { formatExact } from '#ui/format/time.tsx';
import { useHistory } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.history;

/** The outcome of each due time, newest first. */
export const ScheduleHistory = ({ schedule }: { schedule: Schedule }) => (
  <AutomationHistory
    history={useHistory(schedule.id)}
    none={words.none}
    item={(occurrence) => (
      <HistoryItem key={occurrence.dueAt} outcome={occurrence} at={occurrence.dueAt} projectId={schedule.project.id}>
        {occurrence.missed && <span>{describeMissed(occurrence)}</span>}
        {occurrence.reason && <span>{occurrence.reason}</span>}
        {occurrence.manual && <span className="muted">{words.manual}</span>}
      </HistoryItem>
    )}
  />
);

function describeMissed({ missed, dueAt, status }: Occurrence): string {
  if (!missed) return '';
  const say = status === 'started' ? words.missedStarted : words.missed;
  return say(missed.count, formatExact(missed.since), formatExact(dueAt));
}

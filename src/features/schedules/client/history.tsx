import type { Occurrence, Schedule } from '#features/schedules/contract.ts';
import { sayExactly, Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { OccurrenceStatus } from './occurrence-status.tsx';
import { useHistory } from './queries.ts';

/** What came of each of its times, the newest first. */
export function ScheduleHistory({ schedule }: { schedule: Schedule }) {
  const history = useHistory(schedule.id);
  if (history.isPending) return <Waiting what="Loading the history" />;
  if (history.isError) return <Failure error={history.error} onRetry={() => void history.refetch()} />;
  const occurrences = history.data.pages.flatMap((page) => page.occurrences);
  if (occurrences.length === 0)
    return (
      <Empty icon="history" title="Nothing yet">
        What comes of each of its times is told here. Run it now to see what it does.
      </Empty>
    );
  return (
    <>
      <ol className="schedule-history">
        {occurrences.map((occurrence) => (
          <HistoryItem key={occurrence.dueAt} occurrence={occurrence} projectId={schedule.project.id} />
        ))}
      </ol>
      {history.hasNextPage && (
        <Button kind="quiet" busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </>
  );
}

function HistoryItem({ occurrence, projectId }: { occurrence: Occurrence; projectId: string }) {
  const { dueAt, reason, manual, missed, run } = occurrence;
  return (
    <li>
      <OccurrenceStatus occurrence={occurrence} projectId={projectId} />
      <span className="schedule-history-text">
        {run && <span className="truncate">{run.title}</span>}
        {missed && <span>{sayMissed(occurrence)}</span>}
        {reason && <span>{reason}</span>}
        {manual && <span className="muted">Started by hand</span>}
      </span>
      <span className="muted">
        <Time at={dueAt} />
      </span>
    </li>
  );
}

function sayMissed({ missed, dueAt, status }: Occurrence): string {
  if (!missed) return '';
  const from = sayExactly(missed.since);
  const times = missed.count === 1 ? `Missed once, at ${from}.` : `Missed ${missed.count} times, from ${from} to ${sayExactly(dueAt)}.`;
  return status === 'started' ? `${times} Started once for that.` : times;
}

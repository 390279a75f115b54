import type { Trigger, TriggerOccurrence } from '#features/triggers/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useTriggerHistory } from './queries.ts';
import { TriggerStatus } from './status.tsx';

/** What came, the newest first, and what was done about it. */
export function TriggerHistory({ trigger }: { trigger: Trigger }) {
  const history = useTriggerHistory(trigger.id);
  if (history.isPending) return <Waiting what="Loading the history" />;
  if (history.isError) return <Failure error={history.error} onRetry={() => void history.refetch()} />;
  const occurrences = history.data.pages.flatMap((page) => page.occurrences);
  if (occurrences.length === 0)
    return (
      <Empty icon="history" title="Nothing yet">
        {trigger.files
          ? 'Change one of its files: ten seconds later it fires, and what came of it is told here.'
          : 'Send it a signed request, and what came of it is told here. Its secret was shown when it was made; the menu above makes a new one.'}
      </Empty>
    );
  return (
    <>
      <ol className="schedule-history">
        {occurrences.map((occurrence) => (
          <HistoryItem key={occurrence.id} occurrence={occurrence} projectId={trigger.project.id} />
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

function HistoryItem({ occurrence, projectId }: { occurrence: TriggerOccurrence; projectId: string }) {
  const { lastAt, reason, times, run, depth } = occurrence;
  const came = sayWhatCame(occurrence);
  return (
    <li>
      <TriggerStatus occurrence={occurrence} projectId={projectId} />
      <span className="schedule-history-text">
        {run && <span className="truncate">{run.title}</span>}
        {reason && <span>{reason}</span>}
        <span className="muted">
          {came}
          {depth > 1 && ` · number ${depth} of a chain`}
          {times > 1 && ` · ${times} times within an hour`}
        </span>
      </span>
      <span className="muted">
        <Time at={lastAt} />
      </span>
    </li>
  );
}

/** `a.md, b.md and 3 more` */
function sayWhatCame({ messageId, bytes, paths, pathCount }: TriggerOccurrence): string {
  if (messageId !== null) return `Message ${messageId}, ${(bytes ?? 0).toLocaleString('en')} bytes`;
  const named = paths.slice(0, 2);
  const more = pathCount - named.length;
  return more > 0 ? `${named.join(', ')} and ${more.toLocaleString('en')} more` : named.join(' and ');
}

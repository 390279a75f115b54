import { AutomationHistory, HistoryItem } from '#features/runs/client/automations/history.tsx';
import type { Trigger, TriggerOccurrence } from '#features/triggers/contract.ts';
import { outcomeOf } from './outcome.ts';
import { useTriggerHistory } from './queries.ts';

/** Each firing and its outcome, newest first. */
export const TriggerHistory = ({ trigger }: { trigger: Trigger }) => (
  <AutomationHistory
    history={useTriggerHistory(trigger.id)}
    none={
      trigger.files
        ? 'Change one of its files: ten seconds later it fires, and what came of it is told here.'
        : 'Send it a signed request, and what came of it is told here. Its secret was shown when it was made; the menu above makes a new one.'
    }
    item={(occurrence) => (
      <HistoryItem key={occurrence.id} outcome={outcomeOf(occurrence)} at={occurrence.lastAt} projectId={trigger.project.id}>
        {occurrence.reason && <span>{occurrence.reason}</span>}
        <span className="muted">
          {describeCause(occurrence)}
          {occurrence.depth > 1 && ` · number ${occurrence.depth} of a chain`}
          {occurrence.times > 1 && ` · ${occurrence.times} times within an hour`}
        </span>
      </HistoryItem>
    )}
  />
);

/** `a.md, b.md and 3 more` */
function describeCause({ messageId, bytes, paths, pathCount }: TriggerOccurrence): string {
  if (messageId !== null) return `Message ${messageId}, ${(bytes ?? 0).toLocaleString('en')} bytes`;
  const named = paths.slice(0, 2);
  const more = pathCount - named.length;
  return more > 0 ? `${named.join(', ')} and ${more.toLocaleString('en')} more` : named.join(' and ');
}

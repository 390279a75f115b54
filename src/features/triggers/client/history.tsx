import { AutomationHistory, HistoryItem } from '#features/runs/client/automations/history.tsx';
import type { Trigger, TriggerOccurrence } from '#features/triggers/contract.ts';
import { outcomeOf } from './outcome.ts';
import { useTriggerHistory } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.history;

/** Each firing and its outcome, newest first. */
export const TriggerHistory = ({ trigger }: { trigger: Trigger }) => (
  <AutomationHistory
    history={useTriggerHistory(trigger.id)}
    none={trigger.files ? words.noneFiles : words.noneWebhook}
    item={(occurrence) => (
      <HistoryItem key={occurrence.id} outcome={outcomeOf(occurrence)} at={occurrence.lastAt} projectId={trigger.project.id}>
        {occurrence.reason && <span>{occurrence.reason}</span>}
        <span className="muted">{words.cause(describeCause(occurrence), occurrence.depth, occurrence.times)}</span>
      </HistoryItem>
    )}
  />
);

/** `a.md, b.md and 3 more` */
function describeCause({ messageId, bytes, paths, pathCount }: TriggerOccurrence): string {
  if (messageId !== null) return words.message(messageId, bytes ?? 0);
  const named = paths.slice(0, 2);
  return words.paths(named, pathCount - named.length);
}

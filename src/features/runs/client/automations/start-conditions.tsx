import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { texts } from '../texts/automations.ts';
import type { ShownAutomation } from './automation.ts';

const words = texts.conditions;

/** Any change of what it does makes it work on behalf of the person who changed it. */
export interface TakeOver {
  isPending: boolean;
  mutate: (changes: { message: string }, options: { onSuccess: () => void }) => void;
}

interface StartConditionsProps {
  of: ShownAutomation;
  /** Undefined if the user may not change it. */
  takeOver: TakeOver | undefined;
}

/** Conditions that prevent a schedule or trigger from starting runs. */
export function StartConditions({ of: { name, message, agent, onBehalfOf, pausedAt }, takeOver }: StartConditionsProps) {
  const hasRights = onBehalfOf.role !== null && onBehalfOf.role !== 'viewer';
  const onSuccess = () => showToast(words.takenOver(name));
  const button = takeOver && (
    <Button size="small" busy={takeOver.isPending} onClick={() => takeOver.mutate({ message }, { onSuccess })}>
      {words.takeOver}
    </Button>
  );
  return (
    <>
      {pausedAt && <Note icon="pause">{words.paused(<Time at={pausedAt} />)}</Note>}
      {!hasRights && (
        <Note kind="warn" actions={button}>
          {(onBehalfOf.role ? words.viewer : words.left)(onBehalfOf.name)}
        </Note>
      )}
      {agent?.archived && <Note kind="warn">{words.agentArchived(agent.name)}</Note>}
    </>
  );
}

/** Shown before a person changes a schedule or trigger that works for another. */
export const TakeOverNote = ({ from }: { from: string }) => <Note>{words.willTakeOver(from)}</Note>;

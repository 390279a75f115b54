import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { ShownAutomation } from './automation.ts';

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
  const onSuccess = () => showToast(`${name} works on your behalf from now on.`);
  const button = takeOver && (
    <Button size="small" busy={takeOver.isPending} onClick={() => takeOver.mutate({ message }, { onSuccess })}>
      Let it work on my behalf
    </Button>
  );
  return (
    <>
      {pausedAt && (
        <Note icon="pause">
          It is paused since <Time at={pausedAt} />: nothing starts until it is resumed.
        </Note>
      )}
      {!hasRights && (
        <Note kind="warn" actions={button}>
          It works on behalf of {onBehalfOf.name}, who {onBehalfOf.role ? 'may only watch here by now' : 'is no member any more'}. Nothing
          can start until somebody else takes it over.
        </Note>
      )}
      {agent?.archived && (
        <Note kind="warn">Its agent {agent.name} is archived. Restore it, or choose another one: until then nothing starts.</Note>
      )}
    </>
  );
}

/** Shown before a person changes a schedule or trigger that works for another. */
export const TakeOverNote = ({ from }: { from: string }) => (
  <Note>It works on behalf of {from}. Once you save, it works on yours, with what you may do.</Note>
);

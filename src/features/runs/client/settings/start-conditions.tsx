import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import type { Role } from '#wire/role.ts';
import type { ShownRunSettings } from '../../run-settings.ts';

interface StartConditionsProps {
  of: { agent: ShownRunSettings['agent']; onBehalfOf: { name: string; role: Role | null }; pausedAt: string | null };
  editable: boolean;
  /** Has it work on behalf of who looks. */
  takeOver: { busy: boolean; start: () => void };
}

/** What keeps a schedule or trigger from doing what it says. */
export function StartConditions({ of: { agent, onBehalfOf, pausedAt }, editable, takeOver }: StartConditionsProps) {
  const hasRights = onBehalfOf.role !== null && onBehalfOf.role !== 'viewer';
  const button = editable && (
    <Button size="small" busy={takeOver.busy} onClick={takeOver.start}>
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

/** Before somebody changes what works for another. */
export const TakeOverNote = ({ from }: { from: string }) => (
  <Note>It works on behalf of {from}. Once you save, it works on yours, with what you may do.</Note>
);

import { Note } from '#ui/note.tsx';
import { Time } from '#ui/time.tsx';
import { useOverview } from './overview-queries.ts';

/** For whoever looks at a run that does not begin. Nothing while autonomous work is on. */
export function HeldNote({ organizationId }: { organizationId: string }) {
  const state = useOverview(organizationId).data?.switch;
  if (!state || state.on || !state.changedAt) return null;
  return (
    <Note kind="warn" icon="stop">
      Held: {state.changedBy?.name} switched autonomy off <Time at={state.changedAt} />. It goes on when an admin switches it on.
    </Note>
  );
}

import { useOverview } from '#features/inbox/client/overview-queries.ts';
import { Time } from '#ui/format/time.tsx';
import { Note } from '#ui/primitives/note.tsx';

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

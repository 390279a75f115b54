import { Time } from '#ui/format/time.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useProjectPolicy } from './queries.ts';

/** Beside a run that does not begin: who switched autonomous work off. Nothing while it is on. */
export function PausedNote({ projectId }: { projectId: string }) {
  const state = useProjectPolicy(projectId).data?.switch;
  if (!state || state.on || !state.changedAt) return null;
  return (
    <Note kind="warn" icon="stop">
      Held: {state.changedBy?.name} switched autonomy off <Time at={state.changedAt} />. It goes on when an admin switches it on.
    </Note>
  );
}

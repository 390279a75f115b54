import { Time } from '#ui/format/time.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useProjectPolicy } from './queries.ts';

/** Shown with a run that does not start: who switched autonomous work off. Renders nothing while it is on. */
export function PausedNote({ projectId }: { projectId: string }) {
  const state = useProjectPolicy(projectId).data?.switch;
  if (!state || state.on || !state.changedAt) return null;
  return (
    <Note kind="warn" icon="stop">
      Held: {state.changedBy?.name} switched autonomy off <Time at={state.changedAt} />. It goes on when an admin switches it on.
    </Note>
  );
}

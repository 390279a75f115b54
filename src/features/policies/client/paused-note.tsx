import { Time } from '#ui/format/time.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useProjectPolicy } from './queries.ts';
import { texts } from './texts/words.ts';

/** Shown with a run that does not start: who switched autonomous work off. Renders nothing while it is on. */
export function PausedNote({ projectId }: { projectId: string }) {
  const state = useProjectPolicy(projectId).data?.switch;
  if (!state || state.on || !state.changedAt) return null;
  return (
    <Note kind="warn" icon="stop">
      {texts.paused(state.changedBy?.name ?? '', <Time at={state.changedAt} />)}
    </Note>
  );
}

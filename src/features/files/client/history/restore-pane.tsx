import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import type { Undo } from '../undo/use-undo.ts';
import { Comparison } from './comparison.tsx';
import { useComparison, useHead, useRestore } from './queries.ts';
import { texts } from './texts.ts';

interface RestorePaneProps {
  projectId: string;
  /** The number of the change after which it was so. */
  at: number;
  /** What the state is called. */
  state: string;
  /** A file or folder; undefined: the project. */
  path: string | undefined;
  /** Some open files have unsaved changes. */
  unsaved: boolean;
  undo: Undo;
  onDone: () => void;
}

/** Shows what a restore would change before it does. */
export function RestorePane({ projectId, at, state, path, unsaved, undo, onDone }: RestorePaneProps) {
  const words = texts.restore;
  const head = useHead(projectId);
  const restore = useRestore(projectId);
  const run = () =>
    restore.mutate(path === undefined ? { at } : { at, path }, {
      onSuccess: (change) => {
        showToast(words.done(change.pathCount), { action: { label: words.undo, onSelect: () => undo.undo(change) } });
        onDone();
      },
      onError: showFailure,
    });
  return (
    <section className="restore" aria-label={words.title}>
      <div className="restore-head">
        <h2>{path === undefined ? words.project(state) : words.path(markPath(path), state)}</h2>
        <p className="muted">{words.about}</p>
        {unsaved && <Note>{words.unsaved}</Note>}
        <div className="restore-actions">
          <RestoreButton projectId={projectId} from={head.data} at={at} path={path} busy={restore.isPending} onRestore={run} />
          <Button onClick={onDone}>{words.cancel}</Button>
        </div>
      </div>
      <Failure error={head.error} onRetry={() => void head.refetch()} />
      {head.data === undefined ? (
        <Waiting what={texts.compare.comparing} />
      ) : (
        <Comparison key={head.data} projectId={projectId} from={head.data} to={at} path={path} />
      )}
    </section>
  );
}

interface RestoreButtonProps {
  projectId: string;
  from: number | undefined;
  at: number;
  path: string | undefined;
  busy: boolean;
  onRestore: () => void;
}

/** Only if something would change. */
function RestoreButton({ projectId, from, at, path, busy, onRestore }: RestoreButtonProps) {
  const { data } = useComparison(projectId, { from: from ?? at, to: at, path });
  const differs = from !== undefined && (data?.pages[0]?.files.length ?? 0) > 0;
  return (
    <Button kind="primary" busy={busy} disabled={!differs} onClick={onRestore}>
      {texts.restore.action}
    </Button>
  );
}

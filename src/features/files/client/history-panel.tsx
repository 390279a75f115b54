import type { Change } from '#features/files/contract.ts';
import { Author } from '#ui/author.tsx';
import { Button, IconButton } from '#ui/button.tsx';
import { Empty } from '#ui/empty.tsx';
import { Failure } from '#ui/note.tsx';
import { Time } from '#ui/time.tsx';
import { Waiting } from '#ui/waiting.tsx';
import { useHistory } from './queries.ts';

const verbs = { create: 'Created', write: 'Changed', delete: 'Deleted', move: 'Moved', batch: 'Changed', revert: 'Undid' } as const;

interface HistoryPanelProps {
  projectId: string;
  path: string;
  /** The change at which the file is shown; undefined: now. */
  at: number | undefined;
  onShow: (change: Change) => void;
  onClose: () => void;
}

export function HistoryPanel({ projectId, path, at, onShow, onClose }: HistoryPanelProps) {
  const history = useHistory(projectId, path);
  const changes = history.data?.pages.flatMap((page) => page.changes) ?? [];
  return (
    <aside className="history" aria-label="History">
      <div className="pane-head">
        <h2>History</h2>
        <IconButton size="small" icon="close" label="Close history" onClick={onClose} />
      </div>
      <div className="pane-body">
        {history.isPending && <Waiting what="Loading history" />}
        <Failure error={history.error} onRetry={() => void history.refetch()} />
        {history.isSuccess && changes.length === 0 && (
          <Empty icon="history" title="No history yet">
            Save the file, and each version appears here.
          </Empty>
        )}
        <ol>
          {changes.map((change) => (
            <li key={change.id}>
              <button
                type="button"
                className="history-item"
                aria-pressed={change.number === at}
                disabled={change.kind === 'delete'}
                onClick={() => onShow(change)}
              >
                <span className="history-line">
                  {verbs[change.kind]}
                  <Time at={change.at} />
                </span>
                <Author kind={change.by.kind} name={change.by.name} />
              </button>
            </li>
          ))}
        </ol>
        {history.hasNextPage && (
          <Button kind="quiet" busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            Show older versions
          </Button>
        )}
      </div>
    </aside>
  );
}

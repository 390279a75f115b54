import type { Change } from '#features/files/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Time } from '#ui/format/time.tsx';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { Author } from './author.tsx';
import { useHistory } from './queries.ts';
import type { Undo } from './use-undo.ts';

const verbs = {
  create: 'Created',
  write: 'Changed',
  delete: 'Deleted',
  move: 'Moved',
  batch: 'Changed',
  revert: 'Undid a change',
  import: 'Imported',
  restore: 'Restored',
} as const;

interface HistoryPanelProps {
  projectId: string;
  path: string;
  /** The change shown; undefined: the current file. */
  at: number | undefined;
  /** Undefined if the user may not edit. */
  undo: Undo | undefined;
  onShow: (change: Change) => void;
  onClose: () => void;
}

export function HistoryPanel({ projectId, path, at, undo, onShow, onClose }: HistoryPanelProps) {
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
            <HistoryItem key={change.id} change={change} shown={change.number === at} undo={undo} onShow={() => onShow(change)} />
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

interface HistoryItemProps {
  change: Change;
  shown: boolean;
  undo: Undo | undefined;
  onShow: () => void;
}

function HistoryItem({ change, shown, undo, onShow }: HistoryItemProps) {
  const { id, number, kind, pathCount, undone, at, by } = change;
  // A moved file has two paths.
  const count = kind === 'move' ? pathCount / 2 : pathCount;
  const files = count > 1 ? ` ${formatNumber(count)} files` : '';
  return (
    <li className="history-item" data-undone={undone || undefined}>
      <button type="button" className="history-show" aria-pressed={shown} onClick={onShow}>
        <span className="history-line">
          {verbs[kind]}
          {files}
          <Time at={at} />
        </span>
        <Author kind={by.kind} name={by.name} />
      </button>
      {undone ? (
        <span className="history-undone">Undone</span>
      ) : (
        undo && (
          <Button
            kind="quiet"
            size="small"
            icon="undo"
            busy={undo.busyWith === id}
            aria-label={`Undo change ${number}`}
            title={files ? `Undo this change in all${files}` : 'Undo this change'}
            onClick={() => undo.undo(change)}
          >
            Undo
          </Button>
        )
      )}
    </li>
  );
}

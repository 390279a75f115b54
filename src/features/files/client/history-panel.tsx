import type { Change } from '#features/files/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Time } from '#ui/format/time.tsx';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { Author } from './author.tsx';
import { texts as historyTexts } from './history/texts.ts';
import { useHistory } from './queries.ts';
import { texts } from './texts.ts';
import type { Undo } from './undo/use-undo.ts';
import './history-panel.css';

interface HistoryPanelProps {
  projectId: string;
  path: string;
  /** The change shown; undefined: the current file. */
  at: number | undefined;
  /** Undefined if the user may not edit. */
  undo: Undo | undefined;
  onShow: (change: Change) => void;
  /** Opens the full history. */
  onFull: () => void;
  onClose: () => void;
}

export function HistoryPanel({ projectId, path, at, undo, onShow, onFull, onClose }: HistoryPanelProps) {
  const history = useHistory(projectId, path);
  const changes = history.data?.pages.flatMap((page) => page.changes) ?? [];
  return (
    <aside className="history" aria-label={historyTexts.title}>
      <div className="pane-head">
        <h2>{historyTexts.title}</h2>
        <IconButton size="small" icon="beside" label={historyTexts.menu.full} onClick={onFull} />
        <IconButton size="small" icon="close" label={historyTexts.close} onClick={onClose} />
      </div>
      <div className="pane-body">
        {history.isPending && <Waiting what={historyTexts.loading} />}
        <Failure error={history.error} onRetry={() => void history.refetch()} />
        {history.isSuccess && changes.length === 0 && (
          <Empty icon="history" title={historyTexts.empty}>
            {historyTexts.emptyAbout}
          </Empty>
        )}
        <ol>
          {changes.map((change) => (
            <HistoryItem key={change.id} change={change} shown={change.number === at} undo={undo} onShow={() => onShow(change)} />
          ))}
        </ol>
        {history.hasNextPage && (
          <Button kind="quiet" busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
            {historyTexts.more}
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
  const words = texts.history;
  return (
    <li className="history-item" data-undone={undone || undefined}>
      <button type="button" className="history-show" aria-pressed={shown} onClick={onShow}>
        <span className="history-line">
          {count > 1 ? words.didMany(kind, formatNumber(count)) : words.did[kind]}
          <Time at={at} />
        </span>
        <Author kind={by.kind} name={by.name} />
      </button>
      {undone ? (
        <span className="history-undone">{historyTexts.undone}</span>
      ) : (
        undo && (
          <Button
            kind="quiet"
            size="small"
            icon="undo"
            busy={undo.busyWith === id}
            aria-label={words.undo(number)}
            title={count > 1 ? words.undoMany(formatNumber(count)) : historyTexts.menu.undo}
            onClick={() => undo.undo(change)}
          >
            {words.undoShort}
          </Button>
        )
      )}
    </li>
  );
}

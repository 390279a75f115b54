import { useState } from 'react';
import type { Change, FileDiff } from '#features/files/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { Author } from '../author.tsx';
import { ChangedFiles } from '../changed-files.tsx';
import { useChange } from '../queries.ts';
import { Comparison, type State, States } from './comparison.tsx';
import { describeChange } from './describe-change.ts';
import { FileVersions } from './file-versions.tsx';
import type { HistoryViewProps } from './props.ts';
import { RestorePane } from './restore-pane.tsx';
import type { Shown } from './shown.ts';
import { texts } from './texts.ts';

interface HistoryDetailProps extends HistoryViewProps {
  detail: Shown | undefined;
  states: readonly State[];
  onShow: (shown: Shown | undefined) => void;
}

/** What was chosen in the list: a change, two states, or a state to restore. */
export function HistoryDetail(props: HistoryDetailProps) {
  const { projectId, of, unsaved, undo, detail, states, onShow } = props;
  switch (detail?.kind) {
    case undefined:
      return (
        <Empty icon="history" title={texts.detail.choose}>
          {texts.detail.chooseAbout}
        </Empty>
      );
    case 'change':
      return <ShownChange key={detail.change.id} {...props} change={detail.change} />;
    case 'compare': {
      const { from, to } = detail;
      return (
        <>
          <States
            from={from}
            to={to}
            states={states}
            onChange={(nextFrom, nextTo) => onShow({ kind: 'compare', from: nextFrom, to: nextTo })}
          />
          <Comparison key={`${from} ${to}`} projectId={projectId} from={from} to={to} path={of} />
        </>
      );
    }
    case 'restore':
      return (
        <RestorePane
          projectId={projectId}
          at={detail.at}
          state={states.find(({ at }) => at === detail.at)?.inSentence ?? texts.number(detail.at)}
          path={of}
          unsaved={unsaved}
          undo={undo}
          onDone={() => onShow(undefined)}
        />
      );
  }
}

/** A change, file by file; or one of its files in both versions. */
function ShownChange({ projectId, of, editable, undo, change, onShow, onRun }: HistoryDetailProps & { change: Change }) {
  const words = texts.detail;
  const shown = useChange(change.id);
  const [beside, setBeside] = useState<FileDiff>();
  const { number, by, at, run, undone } = change;
  return (
    <section className="history-change" aria-label={words.label}>
      <div className="history-bar">
        <span className="history-what">
          <strong>{describeChange(change)}</strong>
          <span className="timeline-who">
            <Author kind={by.kind} name={by.name} />
            <Time at={at} />
            {undone && <span className="muted">{texts.undone}</span>}
          </span>
        </span>
        {run !== null && (
          <Button size="small" icon="agent" onClick={() => onRun(run)}>
            {words.openRun}
          </Button>
        )}
        <Button size="small" onClick={() => onShow({ kind: 'compare', from: number, to: undefined })}>
          {words.compare}
        </Button>
        {editable && (
          <Button size="small" onClick={() => onShow({ kind: 'restore', at: number })}>
            {words.restore}
          </Button>
        )}
        {editable && !undone && (
          <Button size="small" icon="undo" busy={undo.busyWith === change.id} onClick={() => undo.undo(change)}>
            {words.undo}
          </Button>
        )}
      </div>
      {beside ? (
        <>
          <div className="history-bar">
            <Button size="small" kind="quiet" onClick={() => setBeside(undefined)}>
              {texts.compare.back}
            </Button>
            <span className="truncate">{markPath(beside.path)}</span>
          </div>
          <FileVersions projectId={projectId} path={beside.path} from={number - 1} to={number} version={beside.after} />
        </>
      ) : (
        <ChangedFiles projectId={projectId} change={change} path={of} shown={shown} onBeside={setBeside} />
      )}
    </section>
  );
}

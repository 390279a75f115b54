import { lazy, Suspense, useState } from 'react';
import type { Change } from '#features/files/contract.ts';
import type { Presence } from '#features/files/presence-contract.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { TextBuffer } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import { ChangeView } from './change-view.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { EditorHead } from './editor-head.tsx';
import { FileNotices } from './file-notices.tsx';
import type { GoTo } from './go-to.ts';
import type { Shown } from './history/shown.ts';
import { HistoryPanel } from './history-panel.tsx';
import { texts } from './texts.ts';
import type { Undo } from './use-undo.ts';
import { isYou } from './who.ts';

const CodeEditor = lazy(() => import('./code-editor.tsx'));
const ConflictView = lazy(() => import('./conflict-view.tsx'));

interface TextFileProps {
  projectId: string;
  buffers: Buffers;
  path: string;
  buffer: TextBuffer;
  editable: boolean;
  undo: Undo;
  /** Others who have the file open. */
  people: readonly Presence[];
  /** Opens the full history of the file. */
  onHistory: (show: Shown | undefined) => void;
  onRun: (run: string) => void;
  /** Where the cursor is to go. */
  goTo: GoTo | undefined;
}

/** A text file: its current content, or the version of a change in its history. */
export function TextFile(props: TextFileProps) {
  const { projectId, buffers, path, buffer, editable, undo, people, onHistory } = props;
  const [historyOpen, setHistoryOpen] = useState(false);
  const [old, setOld] = useState<{ path: string; change: Change }>();
  const shownOld = old?.path === path ? old.change : undefined;
  const showNow = () => setOld(undefined);
  const toggleHistory = () => {
    setHistoryOpen(!historyOpen);
    showNow();
  };
  const restore = (text: string) => {
    showNow();
    buffers.retype(path, text);
  };
  return (
    <>
      <EditorHead
        path={path}
        buffer={buffer}
        editable={editable}
        people={people}
        historyOpen={historyOpen}
        onHistory={toggleHistory}
        onSave={() => void buffers.save(path)}
      />
      <div className="editor-main" data-history={historyOpen || undefined}>
        <div className="editor-column">
          {shownOld ? (
            <ChangeView
              key={shownOld.id}
              projectId={projectId}
              path={path}
              change={shownOld}
              onBack={showNow}
              onRestore={editable ? restore : undefined}
            />
          ) : (
            <CurrentText {...props} />
          )}
        </div>
        {historyOpen && (
          <HistoryPanel
            projectId={projectId}
            path={path}
            at={shownOld?.number}
            onShow={(change) => setOld({ path, change })}
            onFull={() => onHistory(undefined)}
            onClose={toggleHistory}
            undo={editable ? undo : undefined}
          />
        )}
      </div>
    </>
  );
}

function CurrentText({ buffers, path, buffer, editable, goTo }: TextFileProps) {
  const isNarrow = useIsNarrow();
  const { theirs, comparing } = buffer;
  const text = {
    readText: () => buffers.contentOf(path),
    onEdit: (content: Parameters<Buffers['edit']>[1]) => buffers.edit(path, content),
  };
  return (
    <>
      {theirs && comparing ? (
        <ConflictNotice path={path} buffers={buffers} theirs={theirs} />
      ) : (
        <FileNotices path={path} buffers={buffers} buffer={buffer} />
      )}
      <div className="editor-body">
        <Suspense fallback={<Waiting what={texts.editor.loadingEditor} />}>
          {theirs && comparing && theirs.version !== null ? (
            <ConflictView key={path} theirs={theirs.text} own={isYou(theirs.by)} isNarrow={isNarrow} {...text} />
          ) : (
            <CodeEditor
              id={path}
              path={path}
              revision={buffer.revision}
              byOthers={buffer.byOthers}
              readOnly={!editable}
              goTo={goTo}
              {...text}
            />
          )}
        </Suspense>
      </div>
    </>
  );
}

import { lazy, Suspense, useState } from 'react';
import { getChange } from '#features/files/contract.ts';
import type { BlameLine } from '#features/files/history-contract.ts';
import { call } from '#ui/app/call.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { showFailure } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Buffers } from './buffers.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { BlameBar } from './editor/blame-bar.tsx';
import type { EditorHandle } from './editor/handle.ts';
import type { useEditorOptions } from './editor/options.ts';
import { useAuthors } from './editor/use-authors.ts';
import { FileNotices } from './file-notices.tsx';
import type { PreviewKind, PreviewMode } from './preview/kinds.ts';
import { texts as previewTexts } from './preview/texts.ts';
import type { TextFileProps } from './text-file-props.ts';
import { texts } from './texts.ts';
import { isYou } from './who.ts';

const CodeEditor = lazy(() => import('./editor/code-editor.tsx'));
const ConflictView = lazy(() => import('./conflict-view.tsx'));
const PreviewPane = lazy(() => import('./preview/preview-pane.tsx'));

interface CurrentTextProps extends TextFileProps {
  kind: PreviewKind | undefined;
  mode: PreviewMode;
  options: ReturnType<typeof useEditorOptions>[0];
  onReady: (handle: EditorHandle | undefined) => void;
}

/** The text as it is now: to edit, as what it means, or next to a version that conflicts with it. */
export function CurrentText(props: CurrentTextProps) {
  const { projectId, buffers, path, buffer, kind, mode, onOpenFile } = props;
  const isNarrow = useIsNarrow();
  const { theirs, comparing } = buffer;
  const text = {
    readText: () => buffers.contentOf(path),
    onEdit: (content: Parameters<Buffers['edit']>[1]) => buffers.edit(path, content),
  };
  const conflicts = theirs !== undefined && comparing === true;
  return (
    <>
      {conflicts ? (
        <ConflictNotice path={path} buffers={buffers} theirs={theirs} />
      ) : (
        <FileNotices path={path} buffers={buffers} buffer={buffer} />
      )}
      {conflicts && theirs.version !== null ? (
        <div className="editor-body">
          <Suspense fallback={<Waiting what={texts.editor.loadingEditor} />}>
            <ConflictView key={path} theirs={theirs.text} own={isYou(theirs.by)} isNarrow={isNarrow} {...text} />
          </Suspense>
        </div>
      ) : (
        <div className="editor-body editor-split" data-mode={kind ? mode : 'source'}>
          <EditedText {...props} text={text} />
          {kind && mode !== 'source' && (
            <div className="editor-preview">
              <Suspense fallback={<Waiting what={previewTexts.loading} />}>
                <PreviewPane key={path} projectId={projectId} buffers={buffers} path={path} kind={kind} onOpenFile={onOpenFile} />
              </Suspense>
            </div>
          )}
        </div>
      )}
    </>
  );
}

interface EditedTextProps extends CurrentTextProps {
  text: { readText: () => string; onEdit: (content: Parameters<Buffers['edit']>[1]) => void };
}

/** The editor; with who wrote each line, if the person wants to see that. */
function EditedText({ projectId, buffers, path, buffer, editable, options, goTo, text, onReady, onHistory, onRun }: EditedTextProps) {
  const authors = useAuthors(projectId, buffers, path, buffer, options.authors);
  const [cursor, setCursor] = useState<{ line: number; author: BlameLine | undefined }>({ line: 1, author: undefined });
  const showChange = async ({ change }: BlameLine) => {
    try {
      const { body } = await call(getChange, { params: { changeId: change }, query: {} });
      onHistory({ kind: 'change', change: body.change });
    } catch (error) {
      showFailure(error);
    }
  };
  return (
    <div className="editor-source">
      <div className="editor-text">
        <Suspense fallback={<Waiting what={texts.editor.loadingEditor} />}>
          <CodeEditor
            id={path}
            path={path}
            revision={buffer.revision}
            byOthers={buffer.byOthers}
            readOnly={!editable}
            wrap={options.wrap}
            authors={authors.authors}
            goTo={goTo}
            onReady={onReady}
            onLine={options.authors ? (line, author) => setCursor({ line, author }) : undefined}
            {...text}
          />
        </Suspense>
      </div>
      {options.authors && buffer.version !== null && (
        <BlameBar
          loading={authors.isLoading}
          failed={authors.error !== null}
          partial={authors.partial}
          line={cursor.line}
          author={cursor.author}
          onShowChange={(author) => void showChange(author)}
          onRun={onRun}
        />
      )}
    </div>
  );
}

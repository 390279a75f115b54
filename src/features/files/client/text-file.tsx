import { useState } from 'react';
import type { Change } from '#features/files/contract.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { ChangeView } from './change-view.tsx';
import { CurrentText } from './current-text.tsx';
import { EditorHead } from './editor/editor-head.tsx';
import { canFormat } from './editor/format.ts';
import type { EditorHandle } from './editor/handle.ts';
import { headMenu } from './editor/head-menu.ts';
import { useEditorOptions } from './editor/options.ts';
import { texts as editorTexts } from './editor/texts.ts';
import { HistoryPanel } from './history-panel.tsx';
import { previewOf } from './preview/kinds.ts';
import { usePreviewMode } from './preview/use-preview-mode.ts';
import type { TextFileProps } from './text-file-props.ts';

/** A text file: its current content, or the version of a change in its history. */
export function TextFile(props: TextFileProps) {
  const { projectId, buffers, path, buffer, editable, undo, people, onHistory, goTo } = props;
  const [historyOpen, setHistoryOpen] = useState(false);
  const [old, setOld] = useState<{ path: string; change: Change }>();
  const [handle, setHandle] = useState<EditorHandle>();
  const [options, setOption] = useEditorOptions();
  const kind = previewOf(path);
  const [mode, setMode] = usePreviewMode(kind, goTo?.path === path ? goTo : undefined);
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
  const menu = headMenu({
    projectId,
    path,
    editable,
    handle: shownOld || mode === 'preview' ? undefined : handle,
    onFormat: canFormat(path) && handle ? () => void format(handle) : undefined,
    ...options,
    onOption: setOption,
  });
  return (
    <>
      <EditorHead
        path={path}
        buffer={buffer}
        editable={editable}
        autosave={options.autosave}
        people={people}
        mode={shownOld ? undefined : kind && { kind, mode, onChange: setMode }}
        menu={menu}
        historyOpen={historyOpen}
        onHistory={toggleHistory}
        onSave={() => void buffers.save(path)}
      />
      <div className="editor-main" data-history={historyOpen || undefined}>
        <div className="editor-column">
          {shownOld && (
            <ChangeView
              key={shownOld.id}
              projectId={projectId}
              path={path}
              change={shownOld}
              onBack={showNow}
              onRestore={editable ? restore : undefined}
            />
          )}
          {!shownOld && <CurrentText {...props} kind={kind} mode={mode} options={options} onReady={setHandle} />}
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

async function format(handle: EditorHandle): Promise<void> {
  try {
    if (!(await handle.format())) showToast(editorTexts.formatted);
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('\n') : [];
    showToast(editorTexts.cannotFormat(reason), { kind: 'danger' });
  }
}

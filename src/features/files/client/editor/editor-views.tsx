import { lazy, Suspense } from 'react';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { HistoryRequest, Shown } from '../history/shown.ts';
import { texts } from '../texts.ts';
import type { Undo } from '../undo/use-undo.ts';
import type { View } from '../view.ts';
import type { EditorPaneProps } from './editor-pane-props.ts';

const HistoryView = lazy(() => import('../history/history-view.tsx'));
const SearchView = lazy(() => import('../search/search-view.tsx'));

interface EditorViewsProps extends EditorPaneProps {
  /** The views that are open, of which one may be shown. */
  open: ReadonlyMap<View['kind'], View>;
  request: HistoryRequest | undefined;
  undo: Undo;
  onHistory: (of: string | undefined, show: Shown | undefined) => void;
}

/** What the pane can show in place of a file; each stays as it is while another is shown. */
export function EditorViews(props: EditorViewsProps) {
  const { projectId, organizationId, files, view, search, editable, open, request, undo, onHistory, onRun } = props;
  const history = open.get('history');
  const { dirtyPaths, openToType } = files;
  return (
    <Suspense fallback={<Waiting what={texts.editor.loadingView} />}>
      {open.has('search') && (
        <SearchView
          projectId={projectId}
          editable={editable}
          shown={view?.kind === 'search'}
          request={search}
          unsaved={dirtyPaths}
          undo={undo}
          onOpen={({ path, line, column, length }) => openToType(path, { line, column, length })}
        />
      )}
      {history?.kind === 'history' && (
        <HistoryView
          projectId={projectId}
          organizationId={organizationId}
          editable={editable}
          shown={view?.kind === 'history'}
          of={history.of}
          request={request?.of === history.of ? request : undefined}
          unsaved={dirtyPaths.length > 0}
          undo={undo}
          onOf={(of) => onHistory(of, undefined)}
          onRun={onRun}
        />
      )}
    </Suspense>
  );
}

import { useCallback, useState } from 'react';
import { EditorPane } from '#features/files/client/editor/editor-pane.tsx';
import { FilesPane } from '#features/files/client/files-pane.tsx';
import { readSelected } from '#features/files/client/search/wanted.ts';
import { NewFileDialog } from '#features/files/client/tree/new-file-dialog.tsx';
import { useOpenFiles } from '#features/files/client/use-open-files.ts';
import { useProject } from '#features/projects/client/queries.ts';
import type { Project } from '#features/projects/contract.ts';
import { RunsPane } from '#features/runs/client/runs-pane.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page } from '#ui/app/page.tsx';
import { hasStatus } from '#ui/format/explain.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { useMoveTo } from '../use-current-organization.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { ProjectAccess } from './project-access.tsx';
import { ProjectHead } from './project-head.tsx';
import { ProjectPanes } from './project-panes.tsx';
import { texts as words } from './texts/project.ts';
import { useProjectCommands } from './use-project-commands.ts';
import { useProjectLocation } from './use-project-location.ts';
import './project-page.css';

export default function ProjectPage({ projectId, userId }: { projectId: string; userId: string }) {
  const project = useProject(projectId);
  useDocumentTitle(project.data?.name);
  useMoveTo(project.data?.organizationId);
  // Also of a project that was open: access to it may have ended.
  const gone = hasStatus(project.error, 404) || hasStatus(project.error, 422);
  if (project.data && !gone) return <Workspace project={project.data} userId={userId} />;
  if (project.isPending) return <Waiting what={words.loading} />;
  if (gone) return <NotFoundPage />;
  return (
    <Page>
      <Failure error={project.error} onRetry={() => void project.refetch()} />
    </Page>
  );
}

function Workspace({ project, userId }: { project: Project; userId: string }) {
  const { file, view, run, pane, selectFile, selectView, selectRun, setPane } = useProjectLocation();
  const [search, setSearch] = useState<{ q?: string | undefined }>();
  const [creating, setCreating] = useState(false);
  const [sharing, setSharing] = useState(false);
  const files = useOpenFiles({ projectId: project.id, userId, current: file, onSelect: selectFile });
  const editable = includes(project.role, 'files.write');
  const onNew = useCallback(() => setCreating(true), []);
  const onSearch = useCallback(
    (q = readSelected(getSelection()?.toString() ?? '')) => {
      setSearch({ q });
      selectView({ kind: 'search' });
    },
    [selectView],
  );
  useProjectCommands({
    projectId: project.id,
    editable,
    openPaths: files.paths,
    onNewFile: onNew,
    onOpen: files.openToType,
    onRun: selectRun,
    onView: selectView,
    onSearch,
  });
  return (
    <main id="main" className="project-page" tabIndex={-1}>
      <ProjectHead project={project} onShare={() => setSharing(true)} />
      <ProjectPanes
        shown={pane}
        onShow={setPane}
        unsaved={files.dirtyPaths.length > 0}
        files={
          <FilesPane
            projectId={project.id}
            current={file}
            editable={editable}
            unsaved={files.dirtyPaths}
            onOpen={selectFile}
            onCreated={files.openToType}
            onMoved={files.renamed}
            onDeleted={files.removed}
            onHistory={(path) => selectView({ kind: 'history', of: path })}
          />
        }
        editor={
          <EditorPane
            projectId={project.id}
            organizationId={project.organizationId}
            files={files}
            current={file}
            view={view}
            search={search}
            editable={editable}
            onSelect={selectFile}
            onView={selectView}
            onRun={selectRun}
            onNew={onNew}
          />
        }
        agent={<RunsPane project={project} current={run} onSelect={selectRun} onOpenFile={selectFile} />}
      />
      {sharing && <ProjectAccess project={project} onClose={() => setSharing(false)} />}
      {creating && (
        <NewFileDialog
          projectId={project.id}
          onCreated={(path) => {
            setCreating(false);
            files.openToType(path);
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </main>
  );
}

import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { NewProjectDialog } from '#features/projects/client/project-dialogs.tsx';
import { ProjectList } from '#features/projects/client/project-list.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import { Button } from '#ui/button.tsx';
import { type Command, useCommands } from '#ui/commands.ts';
import { useDocumentTitle } from '#ui/document-title.ts';

export function ProjectsPage() {
  useDocumentTitle('Projects');
  const [, navigate] = useLocation();
  const isEmpty = useProjects().data?.length === 0;
  const [creating, setCreating] = useState(false);
  const open = useCallback(() => setCreating(true), []);
  useCommands(useMemo((): Command[] => [{ id: 'new-project', label: 'New project', icon: 'plus', run: open }], [open]));
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <h1>Projects</h1>
        {!isEmpty && (
          <Button kind="primary" icon="plus" onClick={open}>
            New project
          </Button>
        )}
      </div>
      <ProjectList onNew={open} />
      {creating && <NewProjectDialog onCreated={({ id }) => navigate(`/projects/${id}`)} onClose={() => setCreating(false)} />}
    </main>
  );
}

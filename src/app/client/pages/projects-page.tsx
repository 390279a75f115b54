import { useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NewProjectDialog } from '#features/projects/client/project-dialogs.tsx';
import { ProjectList } from '#features/projects/client/project-list.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { Button } from '#ui/primitives/button.tsx';

export function ProjectsPage({ user }: { user: User }) {
  useDocumentTitle('Projects');
  const [, navigate] = useLocation();
  const isEmpty = useProjects().data?.length === 0;
  const [creating, setCreating] = useState(false);
  const open = useCallback(() => setCreating(true), []);
  // A new project belongs to the user's first organization.
  const mayCreate = user.organizations[0]?.role !== 'viewer';
  useCommands(
    useMemo((): Command[] => (mayCreate ? [{ id: 'new-project', label: 'New project', icon: 'plus', run: open }] : []), [mayCreate, open]),
  );
  return (
    <Page>
      <PageHead title="Projects">
        {mayCreate && !isEmpty && (
          <Button kind="primary" icon="plus" onClick={open}>
            New project
          </Button>
        )}
      </PageHead>
      <ProjectList onNew={mayCreate ? open : undefined} />
      {creating && <NewProjectDialog onCreated={({ id }) => navigate(`/projects/${id}`)} onClose={() => setCreating(false)} />}
    </Page>
  );
}

import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NewProjectDialog } from '#features/projects/client/project-dialogs.tsx';
import { ProjectList } from '#features/projects/client/project-list.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import type { Project } from '#features/projects/contract.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';

// With the dialogs of models and members, which few visits of the first page need.
const ProjectAccess = lazy(() => import('./project-access.tsx').then((loaded) => ({ default: loaded.ProjectAccess })));
const SetupGuide = lazy(() => import('./setup-guide.tsx').then((loaded) => ({ default: loaded.SetupGuide })));

export function ProjectsPage({ user, organization }: { user: User; organization: Membership }) {
  useDocumentTitle(texts.projects);
  const [, navigate] = useLocation();
  const isEmpty = useProjects().data?.length === 0;
  const [creating, setCreating] = useState(false);
  const [shared, setShared] = useState<Project>();
  const open = useCallback(() => setCreating(true), []);
  const mayCreate = includes(organization.role, 'projects.create');
  useCommands(
    useMemo(
      (): Command[] => (mayCreate ? [{ id: 'new-project', label: texts.newProject, icon: 'plus', run: open }] : []),
      [mayCreate, open],
    ),
  );
  return (
    <Page>
      <PageHead title={texts.projects}>
        {mayCreate && !isEmpty && (
          <Button kind="primary" icon="plus" onClick={open}>
            {texts.newProject}
          </Button>
        )}
      </PageHead>
      <Suspense fallback={null}>
        <SetupGuide key={organization.id} user={user} organization={organization} onNewProject={open} />
      </Suspense>
      <ProjectList onNew={mayCreate ? open : undefined} onAccess={setShared} />
      {creating && <NewProjectDialog onCreated={({ id }) => navigate(`/projects/${id}`)} onClose={() => setCreating(false)} />}
      <Suspense fallback={null}>{shared && <ProjectAccess project={shared} onClose={() => setShared(undefined)} />}</Suspense>
    </Page>
  );
}

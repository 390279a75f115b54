import { ProjectPolicy } from '#features/policies/client/view.tsx';
import { useProject } from '#features/projects/client/queries.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Page, PageHead, PagePath } from '#ui/app/page.tsx';
import { hasStatus } from '#ui/format/explain.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { useMoveTo } from '../use-current-organization.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { texts } from './texts/project.ts';

/** The policy for agents in one project. */
export default function ProjectPermissionsPage({ projectId }: { projectId: string }) {
  const { data: project, isPending, error, refetch } = useProject(projectId);
  useDocumentTitle(project ? texts.permissionsTitle(project.name) : texts.agentPermissions);
  useMoveTo(project?.organizationId);
  if (isPending) return <Waiting what={texts.loading} />;
  if (hasStatus(error, 404) || hasStatus(error, 422)) return <NotFoundPage />;
  return (
    <Page>
      {project ? (
        <>
          <PagePath href={`/projects/${projectId}`} name={project.name} />
          <PageHead title={texts.agentPermissions}>
            {includes(project.role, 'policy.read') && <LinkButton href="/settings/agent-permissions">{texts.ofOrganization}</LinkButton>}
          </PageHead>
          <p className="policy-intro">{texts.permissionsAbout}</p>
          <ProjectPolicy projectId={projectId} mayChange={includes(project.role, 'project.policy.change')} />
        </>
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

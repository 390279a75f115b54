import { ProjectPolicy } from '#features/policies/client/view.tsx';
import { useProject } from '#features/projects/client/queries.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Page, PageHead, PagePath } from '#ui/app/page.tsx';
import { writeStored } from '#ui/app/stored.ts';
import { hasStatus } from '#ui/format/explain.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { atLeast } from '#wire/role.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** The policy for agents in one project. */
export default function ProjectPolicyPage({ projectId }: { projectId: string }) {
  const { data: project, isPending, error, refetch } = useProject(projectId);
  useDocumentTitle(project ? `Autonomy in ${project.name}` : 'Autonomy');
  if (isPending) return <Waiting what="Loading the project" />;
  if (hasStatus(error, 404) || hasStatus(error, 422)) return <NotFoundPage />;
  return (
    <Page>
      {project ? (
        <>
          <PagePath href={`/projects/${projectId}`} name={project.name} />
          <PageHead title={`What agents may do in ${project.name}`}>
            <LinkButton href="/settings/autonomy" onClick={() => writeStored('organization', project.organizationId)}>
              The organization’s policy
            </LinkButton>
          </PageHead>
          <p className="policy-intro">
            What the organization allows, narrowed for this project: ask where it would allow, refuse where it would ask.
          </p>
          <ProjectPolicy projectId={projectId} mayChange={atLeast(project.role, 'admin')} />
        </>
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  );
}

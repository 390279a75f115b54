import { Link } from 'wouter';
import { ProjectPolicy } from '#features/policies/client/view.tsx';
import { useProject } from '#features/projects/client/queries.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { writeStored } from '#ui/app/stored.ts';
import { hasStatus } from '#ui/format/explain.ts';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { atLeast } from '#wire/role.ts';
import { NotFoundPage } from './not-found-page.tsx';

/** What agents may do in one project. */
export default function ProjectPolicyPage({ projectId }: { projectId: string }) {
  const { data: project, isPending, error, refetch } = useProject(projectId);
  useDocumentTitle(project ? `Autonomy in ${project.name}` : 'Autonomy');
  if (isPending) return <Waiting what="Loading the project" />;
  if (hasStatus(error, 404) || hasStatus(error, 422)) return <NotFoundPage />;
  return (
    <main id="main" className="page" tabIndex={-1}>
      {project ? (
        <>
          <nav className="page-path" aria-label="Where this is">
            <Link href={`/projects/${projectId}`}>{project.name}</Link>
          </nav>
          <div className="page-head">
            <h1>What agents may do in {project.name}</h1>
            <Link className="button" href="/settings/autonomy" onClick={() => writeStored('organization', project.organizationId)}>
              The organization’s policy
            </Link>
          </div>
          <p className="policy-intro">
            What the organization allows, narrowed for this project: ask where it would allow, refuse where it would ask.
          </p>
          <ProjectPolicy projectId={projectId} mayChange={atLeast(project.role, 'admin')} />
        </>
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </main>
  );
}

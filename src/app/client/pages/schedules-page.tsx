import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { ProjectSelect } from '#features/projects/client/project-select.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import { NewScheduleLink, ScheduleList } from '#features/schedules/client/list.tsx';
import { NewTriggerLink, TriggerList } from '#features/triggers/client/list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/pages.ts';

/** All schedules and triggers of an organization, or those of the project in the URL. */
export default function SchedulesPage({ user, organization }: { user: User; organization: Membership }) {
  useDocumentTitle(texts.schedules);
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const projects = useProjects().data ?? [];
  const projectId = params.get('project') ?? undefined;
  // Who may start runs in no project of the organization may in one where they are a member.
  const mayCreate = projects.some(({ role }) => includes(role, 'automations.change'));
  return (
    <Page>
      <PageHead title={texts.schedules}>
        <div className="page-actions">
          <ProjectSelect projects={projects} value={projectId} onChange={(id) => setParams(id ? { project: id } : {})} />
          {mayCreate && <NewScheduleLink projectId={projectId} />}
        </div>
      </PageHead>
      <ScheduleList user={user} organization={organization} projectId={projectId} onEdit={({ id }) => navigate(`/schedules/${id}?edit`)} />
      <section className="section" aria-labelledby="triggers">
        <PageHead section="triggers" title={words.triggers}>
          <div className="page-actions">{mayCreate && <NewTriggerLink projectId={projectId} />}</div>
        </PageHead>
        <TriggerList user={user} organization={organization} projectId={projectId} onEdit={({ id }) => navigate(`/triggers/${id}?edit`)} />
      </section>
    </Page>
  );
}

import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NewSchedule } from '#features/schedules/client/new-schedule.tsx';
import { ScheduleView } from '#features/schedules/client/view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PagePath } from '#ui/app/page.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/pages.ts';

interface SchedulePageProps {
  user: User;
  organization: Membership;
  /** Undefined for a new schedule. */
  scheduleId?: string;
}

export default function SchedulePage({ user, organization, scheduleId }: SchedulePageProps) {
  useDocumentTitle(scheduleId ? words.schedule : words.newSchedule);
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  return (
    <Page>
      <PagePath href="/schedules" name={texts.schedules} />
      {scheduleId ? (
        <ScheduleView
          scheduleId={scheduleId}
          user={user}
          editing={params.has('edit')}
          onEdit={(editing) => setParams(editing ? { edit: '' } : {})}
          onDeleted={() => navigate('/schedules', { replace: true })}
        />
      ) : (
        <NewSchedule
          organizationId={organization.id}
          projectId={params.get('project') ?? undefined}
          onCreated={({ id }) => navigate(`/schedules/${id}`, { replace: true })}
          onCancel={() => navigate('/schedules')}
        />
      )}
    </Page>
  );
}

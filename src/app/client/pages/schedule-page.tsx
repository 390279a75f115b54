import { Link, useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { mayChangeFor } from '#features/runs/client/settings/own-or-admin.ts';
import { runPickersOf } from '#features/runs/client/settings/run-pickers.tsx';
import { NewSchedule } from '#features/schedules/client/new-schedule.tsx';
import { ScheduleView } from '#features/schedules/client/view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearchParams } from '#ui/app/search-params.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useOrganization } from './use-organization.ts';

/** @param scheduleId undefined: a new one */
export default function SchedulePage({ user, scheduleId }: { user: User; scheduleId?: string }) {
  useDocumentTitle(scheduleId ? 'Schedule' : 'New schedule');
  return (
    <main id="main" className="page" tabIndex={-1}>
      <nav className="page-path" aria-label="Where this is">
        <Link href="/schedules">Schedules</Link>
      </nav>
      {scheduleId ? <OneSchedule user={user} scheduleId={scheduleId} /> : <MakeSchedule user={user} />}
    </main>
  );
}

function OneSchedule({ user, scheduleId }: { user: User; scheduleId: string }) {
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const projects = useProjects();
  const find = (projectId: string) => projects.data?.find(({ id }) => id === projectId);
  if (projects.isPending) return <Waiting what="Loading the schedule" />;
  return (
    <ScheduleView
      scheduleId={scheduleId}
      userId={user.id}
      mayChange={(schedule) => mayChangeFor(user, find(schedule.project.id)?.role)(schedule)}
      pickersOf={(projectId) => runPickersOf(find(projectId)?.organizationId ?? '', find(projectId))}
      editing={params.has('edit')}
      onEdit={(editing) => setParams(editing ? { edit: '' } : {})}
      onDeleted={() => navigate('/schedules', { replace: true })}
    />
  );
}

function MakeSchedule({ user }: { user: User }) {
  const [, navigate] = useLocation();
  const [params] = useSearchParams();
  const projects = useProjects();
  const { organization: chosen } = useOrganization(user);
  if (projects.isPending || !chosen) return <Waiting what="Loading projects" />;
  const all = projects.data ?? [];
  const named = all.find(({ id }) => id === params.get('project'));
  const organizationId = named?.organizationId ?? chosen.id;
  return (
    <>
      <div className="page-head">
        <h1>New schedule</h1>
      </div>
      <NewSchedule
        projects={all.filter((project) => project.organizationId === organizationId)}
        projectId={named?.id}
        pickersOf={(projectId) =>
          runPickersOf(
            organizationId,
            all.find(({ id }) => id === projectId),
          )
        }
        onCreated={({ id, name }) => {
          showToast(`“${name}” starts at its next time.`);
          navigate(`/schedules/${id}`, { replace: true });
        }}
        onCancel={() => navigate('/schedules')}
      />
    </>
  );
}

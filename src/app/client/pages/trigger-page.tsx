import { Link, useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { mayChangeFor } from '#features/runs/client/settings/own-or-admin.ts';
import { runPickersOf } from '#features/runs/client/settings/run-pickers.tsx';
import { NewTrigger } from '#features/triggers/client/new-trigger.tsx';
import { TriggerView } from '#features/triggers/client/view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearchParams } from '#ui/app/search-params.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useOrganization } from './use-organization.ts';

/** @param triggerId undefined: a new one */
export default function TriggerPage({ user, triggerId }: { user: User; triggerId?: string }) {
  useDocumentTitle(triggerId ? 'Trigger' : 'New trigger');
  return (
    <main id="main" className="page" tabIndex={-1}>
      <nav className="page-path" aria-label="Where this is">
        <Link href="/schedules">Schedules and triggers</Link>
      </nav>
      {triggerId ? <OneTrigger user={user} triggerId={triggerId} /> : <MakeTrigger user={user} />}
    </main>
  );
}

function OneTrigger({ user, triggerId }: { user: User; triggerId: string }) {
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const projects = useProjects();
  const find = (projectId: string) => projects.data?.find(({ id }) => id === projectId);
  if (projects.isPending) return <Waiting what="Loading the trigger" />;
  return (
    <TriggerView
      triggerId={triggerId}
      userId={user.id}
      mayChange={(trigger) => mayChangeFor(user, find(trigger.project.id)?.role)(trigger)}
      pickersOf={(projectId) => runPickersOf(find(projectId)?.organizationId ?? '', find(projectId))}
      editing={params.has('edit')}
      onEdit={(editing) => setParams(editing ? { edit: '' } : {})}
      onDeleted={() => navigate('/schedules', { replace: true })}
    />
  );
}

function MakeTrigger({ user }: { user: User }) {
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
        <h1>New trigger</h1>
      </div>
      <NewTrigger
        projects={all.filter((project) => project.organizationId === organizationId)}
        projectId={named?.id}
        pickersOf={(id) =>
          runPickersOf(
            organizationId,
            all.find((project) => project.id === id),
          )
        }
        onCreated={({ id, name }) => {
          showToast(`“${name}” fires from now on.`);
          navigate(`/triggers/${id}`, { replace: true });
        }}
        onCancel={() => navigate('/schedules')}
      />
    </>
  );
}

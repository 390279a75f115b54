import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { NewTrigger } from '#features/triggers/client/new-trigger.tsx';
import { TriggerView } from '#features/triggers/client/view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PagePath } from '#ui/app/page.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts } from './texts/pages.ts';

interface TriggerPageProps {
  user: User;
  organization: Membership;
  /** Undefined for a new trigger. */
  triggerId?: string;
}

export default function TriggerPage({ user, organization, triggerId }: TriggerPageProps) {
  useDocumentTitle(triggerId ? texts.trigger : texts.newTrigger);
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  return (
    <Page>
      <PagePath href="/schedules" name={texts.schedulesAndTriggers} />
      {triggerId ? (
        <TriggerView
          triggerId={triggerId}
          user={user}
          editing={params.has('edit')}
          onEdit={(editing) => setParams(editing ? { edit: '' } : {})}
          onDeleted={() => navigate('/schedules', { replace: true })}
        />
      ) : (
        <NewTrigger
          organizationId={organization.id}
          projectId={params.get('project') ?? undefined}
          onCreated={({ id }) => navigate(`/triggers/${id}`, { replace: true })}
          onCancel={() => navigate('/schedules')}
        />
      )}
    </Page>
  );
}

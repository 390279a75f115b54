import type { StoredPolicy } from '#features/policies/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import { PolicyForm } from './form.tsx';
import { usePolicy, useProjectPolicy, useSavePolicy, useSaveProjectPolicy } from './queries.ts';
import './policy.css';
import { texts } from './texts/form.ts';

/** What agents may do in an organization. */
export function OrganizationPolicy({ organizationId, role }: { organizationId: string; role: Role }) {
  return (
    <section>
      <p className="policy-intro">{texts.intro}</p>
      <KnownPolicy organizationId={organizationId} mayChange={includes(role, 'policy.change')} />
    </section>
  );
}

function KnownPolicy({ organizationId, mayChange }: { organizationId: string; mayChange: boolean }) {
  const found = usePolicy(organizationId);
  const save = useSavePolicy(organizationId);
  if (found.isPending) return <Waiting what={texts.loading} />;
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <ChangedBy stored={found.data} mayChange={mayChange} />
      <PolicyForm
        owner={organizationId}
        stored={found.data}
        above={undefined}
        tools={found.data.tools}
        readOnly={!mayChange}
        saving={{ busy: save.isPending, error: save.error }}
        onSave={(basedOn, policy, onSaved) => save.mutate({ basedOn, policy }, { onSuccess: () => saved(onSaved) })}
      />
    </>
  );
}

/** How a project narrows what its organization allows. */
export function ProjectPolicy({ projectId, mayChange }: { projectId: string; mayChange: boolean }) {
  const found = useProjectPolicy(projectId);
  const save = useSaveProjectPolicy(projectId);
  if (found.isPending) return <Waiting what={texts.loading} />;
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <>
      <ChangedBy stored={found.data} mayChange={mayChange} />
      <PolicyForm
        owner={projectId}
        stored={found.data}
        above={found.data.organization}
        tools={found.data.tools}
        readOnly={!mayChange}
        saving={{ busy: save.isPending, error: save.error }}
        onSave={(basedOn, policy, onSaved) => save.mutate({ basedOn, policy }, { onSuccess: () => saved(onSaved) })}
      />
    </>
  );
}

function saved(onSaved: () => void): void {
  onSaved();
  showToast(texts.saved);
}

function ChangedBy({ stored: { changedAt, changedBy }, mayChange }: { stored: StoredPolicy; mayChange: boolean }) {
  return (
    <p className="policy-changed muted">
      {changedAt ? texts.changedBy(changedBy?.name ?? '', <Time at={changedAt} />) : texts.unchanged}
      {!mayChange && ` ${texts.adminsChange}`}
    </p>
  );
}

import { AuditView } from '#features/audit/client/audit-view.tsx';
import type { Filter } from '#features/audit/client/queries.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { useSearchParams } from '#ui/app/search-params.ts';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

const names = ['user', 'action', 'project', 'run', 'from', 'to'] as const;

/** The URL holds the filter, so it can be shared with another admin and survives a reload. */
export default function AuditPage({ organization }: SettingsPageProps) {
  const [params, setParams] = useSearchParams();
  const { data: projects } = useProjects();
  const filter = Object.fromEntries(names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []))) as Filter;

  function change(changes: Partial<Filter>): void {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
        return next;
      },
      { replace: true },
    );
  }

  return (
    <SettingsPage organization={organization}>
      <AuditView organizationId={organization.id} filter={filter} onFilter={change} projects={projects ?? []} />
    </SettingsPage>
  );
}

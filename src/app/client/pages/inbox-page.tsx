import { useLocation } from 'wouter';
import { entryOf, projectIn } from '#features/inbox/client/list.tsx';
import type { InboxFilter } from '#features/inbox/client/queries.ts';
import { InboxView } from '#features/inbox/client/view.tsx';
import { approvalKind } from '#features/runs/approvals-contract.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';
import './inbox-page.css';

/** The URL holds the filter and the selected entry, so it can be shared and survives a reload. */
export default function InboxPage({ organization }: { organization: Membership }) {
  useDocumentTitle(texts.inbox);
  const [, navigate] = useLocation();
  // On a phone, which shows one pane at a time, Back returns to the list.
  const replace = !useIsNarrow();
  const search = new URLSearchParams(useSearch());

  function show(filter: InboxFilter, entry: string | undefined): void {
    const instructions = entry && projectIn(entry);
    const named = {
      status: filter.status === 'decided' ? 'decided' : undefined,
      whose: filter.mine ? 'mine' : undefined,
      project: filter.project,
      kind: filter.kind,
      instructions,
      approval: instructions ? undefined : entry,
    };
    const query = new URLSearchParams(Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    navigate(query.size > 0 ? `/inbox?${query}` : '/inbox', { replace });
  }

  const instructions = search.get('instructions');
  const filter: InboxFilter = {
    status: search.get('status') === 'decided' ? 'decided' : 'pending',
    mine: search.get('whose') === 'mine',
    kind: approvalKind.safeParse(search.get('kind')).data,
    project: search.get('project') ?? undefined,
  };
  return (
    <main id="main" className="inbox-page" tabIndex={-1}>
      <header className="inbox-page-head">
        <h1>{texts.inbox}</h1>
      </header>
      <InboxView
        filter={filter}
        seesPermissions={includes(organization.role, 'policy.read')}
        selected={instructions ? entryOf(instructions) : (search.get('approval') ?? undefined)}
        onFilter={(next) => show(next, undefined)}
        onSelect={(entry) => show(filter, entry)}
        onOpenFile={(projectId, path) => navigate(`/projects/${projectId}?file=${encodeURIComponent(path)}`)}
      />
    </main>
  );
}

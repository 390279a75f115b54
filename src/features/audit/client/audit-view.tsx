import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { EntryRow } from './entry-row.tsx';
import { type Filter, useAudit, useExportAudit } from './queries.ts';
import { texts } from './texts.ts';
import './audit.css';

interface AuditViewProps {
  organizationId: string;
  filter: Filter;
  onFilter: (changes: Partial<Filter>) => void;
  /** Existing projects. */
  projects: readonly { id: string; name: string }[];
}

export function AuditView({ organizationId, filter, onFilter, projects }: AuditViewProps) {
  const file = useExportAudit(organizationId, filter);
  return (
    <section className="audit" aria-labelledby="audit-title">
      <div className="audit-head">
        <h2 id="audit-title">{texts.title}</h2>
        <p className="muted">{texts.about}</p>
        <Button icon="download" busy={file.isPending} onClick={() => file.mutate()}>
          {texts.export}
        </Button>
      </div>
      <AuditFilters organizationId={organizationId} filter={filter} onChange={onFilter} projects={projects} />
      <Entries organizationId={organizationId} filter={filter} onFilter={onFilter} projects={projects} />
    </section>
  );
}

function Entries({ organizationId, filter, onFilter, projects }: AuditViewProps) {
  const audit = useAudit(organizationId, filter);
  if (audit.isPending) return <Waiting what={texts.loading} />;
  if (audit.isError) return <Failure error={audit.error} onRetry={() => void audit.refetch()} />;
  const entries = audit.data.pages.flatMap((page) => page.entries);
  const showAll = () =>
    onFilter({ user: undefined, action: undefined, project: undefined, run: undefined, from: undefined, to: undefined });
  if (entries.length === 0) return <NoEntries narrowed={Object.values(filter).some(Boolean)} onShowAll={showAll} />;
  return (
    <div className="audit-entries" data-stale={audit.isPlaceholderData || undefined}>
      {filter.run && (
        <Note
          actions={
            <Button size="small" icon="close" onClick={() => onFilter({ run: undefined })}>
              {texts.showAll}
            </Button>
          }
        >
          {texts.ofRun(entries[0]?.run?.name ?? '')}
        </Note>
      )}
      <ul className="audit-list">
        {entries.map((entry) => (
          <EntryRow
            key={entry.id}
            entry={entry}
            projectIsThere={projects.some(({ id }) => id === entry.project?.id)}
            onShowRun={filter.run ? undefined : (run) => onFilter({ run })}
          />
        ))}
      </ul>
      {audit.hasNextPage && (
        <Button busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </div>
  );
}

function NoEntries({ narrowed, onShowAll }: { narrowed: boolean; onShowAll: () => void }) {
  if (!narrowed) {
    return (
      <Empty icon="plan" title={texts.emptyTitle}>
        {texts.empty}
      </Empty>
    );
  }
  return (
    <Empty
      icon="search"
      title={texts.filteredTitle}
      action={
        <Button icon="close" onClick={onShowAll}>
          {texts.showAll}
        </Button>
      }
    >
      {texts.filtered}
    </Empty>
  );
}

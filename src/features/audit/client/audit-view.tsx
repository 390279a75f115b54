import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { EntryRow } from './entry-row.tsx';
import { type Filter, useAudit, useExportAudit } from './queries.ts';
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
        <h2 id="audit-title">Audit</h2>
        <p className="muted">
          Who did what, when and from where. Entries are only ever added: nobody can change or delete one. Days are those of UTC.
        </p>
        <Button icon="download" busy={file.isPending} onClick={() => file.mutate()}>
          CSV
        </Button>
      </div>
      <AuditFilters organizationId={organizationId} filter={filter} onChange={onFilter} projects={projects} />
      <Entries organizationId={organizationId} filter={filter} onFilter={onFilter} projects={projects} />
    </section>
  );
}

function Entries({ organizationId, filter, onFilter, projects }: AuditViewProps) {
  const audit = useAudit(organizationId, filter);
  if (audit.isPending) return <Waiting what="Reading the log" />;
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
              Show all
            </Button>
          }
        >
          Only what concerns the run {entries[0]?.run?.name ?? ''} is shown.
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
          Show older ones
        </Button>
      )}
    </div>
  );
}

function NoEntries({ narrowed, onShowAll }: { narrowed: boolean; onShowAll: () => void }) {
  if (!narrowed) {
    return (
      <Empty icon="plan" title="Nothing yet">
        What people and their runs do here is recorded from now on. Create a project or start a run, and it stands here.
      </Empty>
    );
  }
  return (
    <Empty
      icon="search"
      title="Nothing like this"
      action={
        <Button icon="close" onClick={onShowAll}>
          Show all
        </Button>
      }
    >
      No entry is by this person, about this and from these days. Choose less, or show all of the log.
    </Empty>
  );
}

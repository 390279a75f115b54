import { Link } from 'wouter';
import type { AuditEntry } from '#features/audit/contract.ts';
import { describeAuthor, subjectOf } from '#features/audit/describe-entry.ts';
import { kindOf, phraseOf } from '#features/audit-log/actions.ts';
import { formatExact, Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Fact } from '#ui/primitives/fact.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { describeDetail } from './describe-detail.ts';
import { texts } from './texts.ts';

const words = texts.entry;

const icons = new Map<string, IconName>([
  ['approval', 'question'],
  ['policy', 'toggle'],
  ['level', 'toggle'],
  ['budget', 'bars'],
  ['autonomy', 'toggle'],
  ['schedule', 'clock'],
  ['trigger', 'link'],
  ['provider', 'settings'],
  ['models', 'settings'],
  ['tool_server', 'tool'],
  ['hosts', 'link'],
  ['project', 'folder'],
  ['access', 'alert'],
  ['secret', 'settings'],
  ['settings', 'settings'],
  ['export', 'download'],
  ['load_report', 'bars'],
]);

interface EntryRowProps {
  entry: AuditEntry;
  /** If false, nothing links to the project or its runs. */
  projectIsThere: boolean;
  /** Filters the log by a run; undefined if it is already filtered by one. */
  onShowRun: ((runId: string) => void) | undefined;
}

export function EntryRow({ entry, projectIsThere, onShowRun }: EntryRowProps) {
  const { project, run, at, address, byRun, action } = entry;
  const runHref = projectIsThere && project && run ? `/projects/${project.id}?run=${run.id}` : undefined;
  const saysProject = project && entry.subject?.name !== project.name;
  const saysRun = run && entry.subject?.name !== run.name;
  return (
    <li className="audit-entry">
      <span className={byRun ? 'by-agent' : 'muted'}>
        <Icon name={byRun ? 'agent' : (icons.get(kindOf(action)) ?? 'person')} />
      </span>
      <div className="audit-text">
        <p>
          <Sentence entry={entry} href={addressOf(entry, projectIsThere)} />
        </p>
        <p className="audit-where muted">
          {saysProject && (
            <span>
              {words.inProject(<SubjectLink href={projectIsThere ? `/projects/${project.id}` : undefined}>{project.name}</SubjectLink>)}
            </span>
          )}
          {saysRun && <span>{words.ofRun(<SubjectLink href={runHref}>{run.name}</SubjectLink>)}</span>}
          {address && <span className="numeric">{words.from(address)}</span>}
        </p>
        <details className="audit-details">
          <summary>{words.details}</summary>
          <dl>
            <Fact name={words.when}>{formatExact(at)}</Fact>
            <Fact name={words.action}>{action}</Fact>
            {Object.entries(entry.detail ?? {}).map(([name, value]) => {
              const { label, text } = describeDetail(name, value);
              return (
                <Fact key={name} name={label}>
                  {text}
                </Fact>
              );
            })}
          </dl>
          {run && onShowRun && (
            <Button size="small" icon="search" onClick={() => onShowRun(run.id)}>
              {words.allOfRun}
            </Button>
          )}
        </details>
      </div>
      <span className="audit-time muted">
        <Time at={at} />
      </span>
    </li>
  );
}

function Sentence({ entry, href }: { entry: AuditEntry; href: string | undefined }) {
  const [before, after] = phraseOf(entry.action);
  const subject = subjectOf(entry);
  return (
    <>
      <b>{describeAuthor(entry)}</b> {before}
      {after !== undefined && (
        <>
          {href ? <Link href={href}>{subject}</Link> : <span className="audit-subject">{subject}</span>}
          {after}
        </>
      )}
    </>
  );
}

/** The page of the subject; undefined if it is gone or has none. */
function addressOf({ subject, project, run }: AuditEntry, projectIsThere: boolean): string | undefined {
  const kind = subject?.kind ?? 'run';
  if (kind === 'agent') return `/agents/${subject?.id}`;
  if (kind === 'provider') return '/settings/models';
  if (kind === 'tool_server') return '/settings/connections';
  if (!projectIsThere || !project) return undefined;
  if (kind === 'project') return `/projects/${project.id}`;
  if (kind === 'schedule') return `/schedules/${subject?.id}`;
  return kind === 'run' && run ? `/projects/${project.id}?run=${run.id}` : undefined;
}

function SubjectLink({ href, children }: { href: string | undefined; children: string }) {
  return href ? <Link href={href}>{children}</Link> : children;
}

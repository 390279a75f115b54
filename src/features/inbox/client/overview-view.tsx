import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { levelWords } from '#features/policies/client/describe-policy.ts';
import type { NextStart } from '#features/schedules/contract.ts';
import { DayUses } from '#features/usage/client/day-uses.tsx';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Time } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { atLeast, type Role } from '#wire/role.ts';
import { useOverview } from './overview-queries.ts';
import { SwitchPanel } from './switch-panel.tsx';
import { texts } from './texts/overview.ts';
import './overview.css';
import type { Overview, OverviewRun } from '../overview-contract.ts';

interface OverviewViewProps {
  organization: { id: string; name: string; role: Role };
}

/** An organization's autonomous work right now, and the switch that pauses it. */
export function OverviewView({ organization }: OverviewViewProps) {
  const { data, error, isPending, refetch } = useOverview(organization.id);
  if (isPending) return <Waiting what={texts.loading} />;
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  const { working, held } = data;
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <SwitchPanel organization={organization} state={data.switch} held={held.count} mayChange={atLeast(organization.role, 'admin')} />
      <Counts overview={data} />
      {held.count > 0 && (
        <RunSection id="held" title={texts.held} {...held}>
          {texts.heldAbout}
        </RunSection>
      )}
      <RunSection id="working" title={texts.working} {...working}>
        {working.count === 0 ? texts.workingNone : undefined}
      </RunSection>
      <DayUses used={data.usedToday} />
      <NextStarts next={data.next} />
    </>
  );
}

function Counts({ overview: { working, held, pendingApprovals, startedToday } }: { overview: Overview }) {
  const { person, schedule, trigger } = startedToday;
  return (
    <dl className="autonomy-counts">
      <Count name={texts.counts.working}>{working.count}</Count>
      <Count name={texts.counts.held}>{held.count}</Count>
      <Count name={texts.counts.waiting}>
        <Link href="/inbox">
          {pendingApprovals}
          <span className="visually-hidden">{texts.counts.inInbox}</span>
        </Link>
      </Count>
      <Count name={texts.counts.started} note={texts.counts.startedBy(person, schedule, trigger)}>
        {person + schedule + trigger}
      </Count>
    </dl>
  );
}

function Count({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <div className="autonomy-count">
      <dt>{name}</dt>
      <dd className="numeric">{children}</dd>
      {note && <dd className="autonomy-count-note">{note}</dd>}
    </div>
  );
}

interface RunSectionProps {
  id: string;
  title: string;
  runs: readonly OverviewRun[];
  count: number;
  children: ReactNode;
}

function RunSection({ id, title, runs, count, children }: RunSectionProps) {
  return (
    <section className="section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children && <p>{children}</p>}
      {runs.length > 0 && (
        <ul className="autonomy-list">
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      {count > runs.length && <p className="field-hint">{texts.more(count - runs.length)}</p>}
    </section>
  );
}

function RunRow({ run }: { run: OverviewRun }) {
  const { id, title, projectId, projectName, level, startedBy, origin, changedAt } = run;
  const whose = origin.kind === 'person' ? startedBy.name : texts.startedBy(origin.kind, origin.name, startedBy.name);
  return (
    <li className="autonomy-item">
      <Icon name="agent" />
      <div className="autonomy-item-text">
        <Link className="autonomy-item-name truncate" href={`/projects/${projectId}?run=${id}`}>
          {title}
        </Link>
        <p className="muted">
          {levelWords[level].name} · {projectName} · {whose}
        </p>
      </div>
      <span className="muted">
        <Time at={changedAt} />
      </span>
    </li>
  );
}

function NextStarts({ next }: { next: readonly NextStart[] }) {
  return (
    <section className="section" aria-labelledby="next-starts">
      <h2 id="next-starts">{texts.next}</h2>
      <p>{next.length === 0 ? texts.nextNone : texts.nextAbout}</p>
      {next.length === 0 ? (
        <LinkButton href="/schedules">{texts.schedules}</LinkButton>
      ) : (
        <ul className="autonomy-list">
          {next.map(({ scheduleId, name, projectName, at }) => (
            <li key={scheduleId + at} className="autonomy-item">
              <Icon name="clock" />
              <div className="autonomy-item-text">
                <Link className="autonomy-item-name truncate" href={`/schedules/${scheduleId}`}>
                  {name}
                </Link>
                <p className="muted">{projectName}</p>
              </div>
              <span className="muted">
                <Time at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

import { type ReactNode, useEffect, useState } from 'react';
import { type Group, groupOf, groups } from '#features/doctor/codes.ts';
import type { CheckResult, Status } from '#features/doctor/contract.ts';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useExamination, useRunDoctor } from './queries.ts';
import { texts } from './texts.ts';
import './examination.css';

/** What the doctor found last, and a button to run it again. Its page has the title. */
export function Examination() {
  const last = useExamination();
  const doctor = useRunDoctor();
  const run = () => doctor.mutate();
  if (last.isPending) return <Waiting what={texts.loading} />;
  if (last.isError) return <NotAvailable error={last.error} onRetry={() => void last.refetch()} />;
  const { checks, ranAt } = last.data;
  if (ranAt === null) {
    return (
      <>
        <NeverRun busy={doctor.isPending} onRun={run} />
        {doctor.isPending && <Progress />}
        <Failure error={doctor.error} />
      </>
    );
  }
  return (
    <div className="examination">
      <Summary checks={checks} ranAt={ranAt}>
        <Button kind="primary" icon="refresh" busy={doctor.isPending} onClick={run}>
          {doctor.isPending ? texts.running : texts.again}
        </Button>
      </Summary>
      {doctor.isPending && <Progress />}
      <Failure error={doctor.error} />
      <Results checks={checks} />
    </div>
  );
}

function NotAvailable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (!hasCode(error, 'operator_only')) return <Failure error={error} onRetry={onRetry} />;
  return (
    <Empty icon="person" title={texts.operatorsOnly}>
      {explain(error)}
    </Empty>
  );
}

function NeverRun({ busy, onRun }: { busy: boolean; onRun: () => void }) {
  return (
    <Empty
      icon="shield"
      title={texts.emptyTitle}
      action={
        <Button kind="primary" busy={busy} onClick={onRun}>
          {busy ? texts.running : texts.run}
        </Button>
      }
    >
      {texts.empty(<code className="examination-command">npm run doctor</code>)}
    </Empty>
  );
}

const LIMIT_S = 15;
const TICK_MS = 250;

/** By time, since most checks run at once and end together. */
function Progress() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const begun = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - begun) / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="examination-progress">
      <output>{texts.progress}</output>
      <progress max={LIMIT_S} value={Math.min(seconds, LIMIT_S)} aria-label={texts.running} />
    </div>
  );
}

const isProblem = ({ status }: CheckResult) => status === 'failed' || status === 'warning';
const inOrder: readonly Status[] = ['failed', 'warning', 'ok', 'skipped'];
const copyOf = ({ code, title, status, detail, advice }: CheckResult) =>
  [`${title}: ${texts.statuses[status]} (${code})`, detail, ...(advice ? [advice] : [])].join('\n');

interface SummaryProps {
  checks: readonly CheckResult[];
  ranAt: string;
  /** The button that runs it again. */
  children: ReactNode;
}

function Summary({ checks, ranAt, children }: SummaryProps) {
  const counts = inOrder.flatMap((status) => {
    const number = checks.filter((check) => check.status === status).length;
    return number === 0 ? [] : texts.sums[status](number);
  });
  return (
    <div className="examination-summary">
      <p className="muted">
        {texts.ranAt(<Time at={ranAt} />)} {counts.join(' · ')}
      </p>
      <CopyButton label={texts.copyAll} text={() => checks.map(copyOf).join('\n\n')} />
      {children}
    </div>
  );
}

function Results({ checks }: { checks: readonly CheckResult[] }) {
  const problems = checks.filter(isProblem).toSorted((one, other) => inOrder.indexOf(one.status) - inOrder.indexOf(other.status));
  const others = Map.groupBy(
    checks.filter((check) => !isProblem(check)),
    ({ code }) => groupOf(code),
  );
  return (
    <>
      {problems.length > 0 ? (
        <List title={texts.attention} checks={problems} />
      ) : (
        <p className="examination-healthy">
          <Icon name="check" />
          {texts.healthy}
        </p>
      )}
      {(Object.keys(groups) as Group[]).map((group) => (
        <List key={group} title={texts.groups[group]} checks={others.get(group) ?? []} />
      ))}
      {/* Of servers of a later version. */}
      <List title={texts.other} checks={others.get(undefined) ?? []} />
      <p className="muted">{texts.more(<code>npm run doctor -- --bundle report.json</code>, <code>docs/doctor.md</code>)}</p>
    </>
  );
}

function List({ title, checks }: { title: string; checks: readonly CheckResult[] }) {
  if (checks.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className="examination-list">
        {checks.map((check) => (
          // A check may find several problems.
          <Row key={`${check.code} ${check.detail}`} check={check} />
        ))}
      </ul>
    </section>
  );
}

const icons: Record<Status, IconName> = { ok: 'check', warning: 'alert', failed: 'close', skipped: 'skip' };

function Row({ check }: { check: CheckResult }) {
  const { code, title, status, detail, advice } = check;
  return (
    <li className="examination-check" data-status={status} data-compact={isProblem(check) ? undefined : ''}>
      <Icon name={icons[status]} label={texts.statuses[status]} />
      <div>
        <h3>
          {title} {isProblem(check) && <code>{code}</code>}
        </h3>
        <p>{detail}</p>
        {advice && <p className="examination-advice">{advice}</p>}
      </div>
      {isProblem(check) && <CopyButton label={texts.copy(title)} text={() => copyOf(check)} />}
    </li>
  );
}

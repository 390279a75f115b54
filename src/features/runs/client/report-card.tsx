import type { ReactNode } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { isOpen } from '#features/runs/plan.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { formatCost, formatElapsed } from './figures.ts';
import { describeProgress, PlanList } from './plan/list.tsx';
import { useRunContext } from './run-context.ts';
import './report.css';

type Report = Extract<Turn, { kind: 'report' }>;

/** The outcome of a goal: done, left open, changed, spent. The closing text is in the conversation right above. */
export function ReportCard({ report }: { report: Report }) {
  const { plan, changed, spent, approvals, error } = report;
  const done = plan.filter(({ status }) => status === 'done');
  const left = plan.filter(isOpen);
  const dropped = plan.filter(({ status }) => status === 'dropped');
  const { icon, title } = headOf(report, left.length);
  return (
    <section className="turn report" aria-label="Report">
      <h3 data-status={report.status} data-open={left.length > 0 || undefined}>
        <Icon name={icon} />
        {title}
        {plan.length > 0 && <span className="numeric muted">{describeProgress(plan)}</span>}
      </h3>
      {error !== undefined && <p>{error}</p>}
      {done.length > 0 && (
        <Part title="Done">
          <PlanList steps={done} label="Done" />
        </Part>
      )}
      {left.length > 0 && (
        <Part title="Left open">
          <PlanList steps={left} label="Left open" />
        </Part>
      )}
      {dropped.length > 0 && (
        <Part title="Dropped">
          <PlanList steps={dropped} label="Dropped" />
        </Part>
      )}
      <Part title="Changed">
        <ChangedFiles changed={changed} />
      </Part>
      <Part title="Spent">
        <p className="numeric">
          {formatCount(spent.steps, 'step')}, {formatNumber(spent.inputTokens + spent.outputTokens)} tokens, {formatCost(spent)},{' '}
          {formatElapsed(spent.ms)} at work
        </p>
      </Part>
      {approvals.asked > 0 && (
        <Part title="Approvals">
          <p className="numeric">
            {formatNumber(approvals.asked)} asked, {formatNumber(approvals.approved)} approved, {formatNumber(approvals.rejected)} rejected
          </p>
        </Part>
      )}
    </section>
  );
}

function headOf({ status, plan }: Report, left: number): { icon: IconName; title: string } {
  if (status === 'failed') return { icon: 'alert', title: 'Report: the run failed' };
  if (status === 'stopped') return { icon: 'stop', title: 'Report: stopped before the end' };
  if (left > 0) return { icon: 'alert', title: 'Report: done, with steps left open' };
  return { icon: plan.length > 0 ? 'check' : 'info', title: plan.length > 0 ? 'Report: all done' : 'Report: done, without a plan' };
}

const formatCount = (count: number, unit: string): string => `${formatNumber(count)} ${unit}${count === 1 ? '' : 's'}`;

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="report-part">
    <h4>{title}</h4>
    {children}
  </div>
);

const MAX_LINKS = 12;

function ChangedFiles({ changed: { paths, pathCount, changes } }: { changed: Report['changed'] }) {
  const { onOpenFile, onUndo, undone } = useRunContext();
  if (pathCount === 0) return <p className="muted">No file was changed.</p>;
  const rest = pathCount - Math.min(paths.length, MAX_LINKS);
  return (
    <>
      <ul className="report-files">
        {paths.slice(0, MAX_LINKS).map((path) => (
          <li key={path}>
            {undone ? (
              <del>{markPath(path)}</del>
            ) : (
              <button type="button" className="link" onClick={() => onOpenFile(path)}>
                {markPath(path)}
              </button>
            )}
          </li>
        ))}
        {rest > 0 && <li className="muted">and {formatNumber(rest)} more</li>}
      </ul>
      <p className="report-undo">
        <span className="numeric muted">
          {formatCount(pathCount, 'file')} in {formatCount(changes, 'change')}
          {undone && ', undone'}
        </span>
        {onUndo && (
          <Button size="small" icon="undo" onClick={onUndo}>
            Undo all
          </Button>
        )}
      </p>
    </>
  );
}

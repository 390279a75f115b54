import type { ReactNode } from 'react';
import type { Turn } from '#features/runs/conversation.ts';
import { isOpen } from '#features/runs/plan.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { formatCost, formatElapsed } from './figures.ts';
import { describeProgress, PlanList } from './plan/list.tsx';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';
import './report.css';

const words = texts.report;

type Report = Extract<Turn, { kind: 'report' }>;

/** The outcome of a goal: done, left open, changed, spent. The closing text is in the conversation right above. */
export function ReportCard({ report }: { report: Report }) {
  const { plan, changed, spent, approvals, error } = report;
  const done = plan.filter(({ status }) => status === 'done');
  const left = plan.filter(isOpen);
  const dropped = plan.filter(({ status }) => status === 'dropped');
  const { icon, title } = headOf(report, left.length);
  return (
    <section className="turn report" aria-label={words.label}>
      <h3 data-status={report.status} data-open={left.length > 0 || undefined}>
        <Icon name={icon} />
        {title}
        {plan.length > 0 && <span className="numeric muted">{describeProgress(plan)}</span>}
      </h3>
      {error !== undefined && <p>{error}</p>}
      {done.length > 0 && (
        <Part title={words.done}>
          <PlanList steps={done} label={words.done} />
        </Part>
      )}
      {left.length > 0 && (
        <Part title={words.left}>
          <PlanList steps={left} label={words.left} />
        </Part>
      )}
      {dropped.length > 0 && (
        <Part title={words.dropped}>
          <PlanList steps={dropped} label={words.dropped} />
        </Part>
      )}
      <Part title={words.changed}>
        <ChangedFiles changed={changed} />
      </Part>
      <Part title={words.spent}>
        <p className="numeric">
          {words.usage(spent.steps, spent.inputTokens + spent.outputTokens, formatCost(spent), formatElapsed(spent.ms))}
        </p>
      </Part>
      {approvals.asked > 0 && (
        <Part title={words.approvals}>
          <p className="numeric">{words.approvalCounts(approvals.asked, approvals.approved, approvals.rejected)}</p>
        </Part>
      )}
    </section>
  );
}

function headOf({ status, plan }: Report, left: number): { icon: IconName; title: string } {
  if (status === 'failed') return { icon: 'alert', title: words.failed };
  if (status === 'stopped') return { icon: 'stop', title: words.stopped };
  if (left > 0) return { icon: 'alert', title: words.leftOpen };
  return { icon: plan.length > 0 ? 'check' : 'info', title: plan.length > 0 ? words.allDone : words.withoutPlan };
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="report-part">
    <h4>{title}</h4>
    {children}
  </div>
);

const MAX_LINKS = 12;

function ChangedFiles({ changed: { paths, pathCount, changes } }: { changed: Report['changed'] }) {
  const { onOpenFile, onUndo, undone } = useRunContext();
  if (pathCount === 0) return <p className="muted">{words.noFile}</p>;
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
        {rest > 0 && <li className="muted">{words.more(rest)}</li>}
      </ul>
      <p className="report-undo">
        <span className="numeric muted">{(undone ? words.changesUndone : words.changes)(pathCount, changes)}</span>
        {onUndo && (
          <Button size="small" icon="undo" onClick={onUndo}>
            {words.undo}
          </Button>
        )}
      </p>
    </>
  );
}

import { memo } from 'react';
import { Link } from 'wouter';
import type { Turn } from '#features/runs/conversation.ts';
import { Time } from '#ui/format/time.tsx';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { ApprovalCard } from './approvals/approval-card.tsx';
import { ErrorTurn } from './error-turn.tsx';
import { MessageTurn } from './message-turn.tsx';
import { describeProgress } from './plan/list.tsx';
import { ReportCard } from './report-card.tsx';
import { useRunContext } from './run-context.ts';
import { StepView } from './step-view.tsx';
import { texts } from './texts/conversation.ts';
import './turns.css';

interface TurnViewProps {
  turn: Turn;
  /** The first of consecutive agent turns has the agent's name. */
  first: boolean;
  /** The run is working on this turn. */
  live: boolean;
  /** Id of the newest file change, if this turn made it. */
  newestChange: string | undefined;
}

export const TurnView = memo(({ turn, first, live, newestChange }: TurnViewProps) => {
  switch (turn.kind) {
    case 'message':
      return <MessageTurn turn={turn} />;
    case 'step':
      return <StepView turn={turn} first={first} live={live} newestChange={newestChange} />;
    case 'notice':
      return (
        <Remark icon="info">
          {turn.message} {turn.code === 'tools_changed' && <Link href="/settings/connections">{texts.openConnections}</Link>}
        </Remark>
      );
    case 'error':
      return <ErrorTurn turn={turn} />;
    case 'end':
      return (
        <p className="turn turn-end">
          <span>{texts.ended[turn.status](<Time at={turn.at} />)}</span>
        </p>
      );
    case 'retry':
      return <Remark icon="refresh">{texts.retried(turn.by.name)}</Remark>;
    case 'pause':
      return <PauseTurn turn={turn} />;
    case 'resume':
      return <Remark icon="bars">{describeResume(turn)}</Remark>;
    case 'branch':
      return <BranchTurn runId={turn.runId} />;
    case 'plan':
      return <Remark icon="plan">{texts.planChanged(turn.by?.name ?? '', describeProgress(turn.steps))}</Remark>;
    case 'report':
      return <ReportCard report={turn} />;
  }
});

const Remark = ({ icon, children }: { icon: IconName; children: React.ReactNode }) => (
  <p className="turn turn-notice">
    <Icon name={icon} />
    <span>{children}</span>
  </p>
);

/** A budget is used up; whether the approval is still pending is in the approval. */
function PauseTurn({ turn: { message, approvalId } }: { turn: Extract<Turn, { kind: 'pause' }> }) {
  const { waiting } = useRunContext();
  const told = <Remark icon="bars">{message}</Remark>;
  if (!waiting) return told;
  return (
    <div className="turn">
      <ApprovalCard approvalId={approvalId} otherwise={told} />
    </div>
  );
}

function describeResume({ choice, by, note }: Extract<Turn, { kind: 'resume' }>): string {
  if (choice === 'expire') return texts.budgetExpired;
  return (choice === 'raise' ? texts.budgetRaised : texts.budgetRefused)(by.name, note);
}

function BranchTurn({ runId }: { runId: string }) {
  const { onOpenRun } = useRunContext();
  return (
    <Remark icon="branch">
      {texts.branched((words) => (
        <button type="button" className="link" onClick={() => onOpenRun(runId)}>
          {words}
        </button>
      ))}
    </Remark>
  );
}

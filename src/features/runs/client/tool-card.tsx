import { useState } from 'react';
import type { ToolPart } from '#features/runs/conversation.ts';
import { firstLine, nameTool, summarise } from '#features/tools/client/tool-call.ts';
import { formatDuration } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { AnsweredApproval, ApprovalCard } from './approvals/approval-card.tsx';
import { QuestionCard } from './approvals/question-card.tsx';
import { ChangeDiff } from './change-diff.tsx';
import { describeProgress, PlanList } from './plan/list.tsx';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';
import { LiveInput, ToolInput } from './tool-input.tsx';
import { ToolOutput } from './tool-output.tsx';
import './tool-card.css';

const words = texts.tool;

interface ToolCardProps {
  part: ToolPart;
  /** Whether it can still get a result. */
  live: boolean;
  isNewestChange: boolean;
}

export function ToolCard({ part, live, isNewestChange }: ToolCardProps) {
  const [open, setOpen] = useState(false);
  const { waiting } = useRunContext();
  const { result, question, answer } = part;
  const asks = question !== undefined && !result && question.seq > (answer?.seq ?? 0);
  const state = stateOf(part, live, asks && waiting);
  const refused = state === 'rejected';
  const change = result?.change;
  return (
    <div className="tool" data-state={state}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="chevron" />
          <Icon name="tool" />
          <span className="tool-name">{nameTool(part)}</span>
          {part.server !== undefined && <span className="tool-origin truncate">{part.server}</span>}
          <span className="tool-subject truncate">{part.plan ? describeProgress(part.plan.steps) : summarise(part.input)}</span>
          <ToolState state={state} duration={refused ? undefined : result?.duration} />
        </summary>
        {open && (
          <div className="tool-details">
            {part.plan ? <PlanList steps={part.plan.steps} label={words.plan} /> : <ToolInput part={part} />}
            {result && <ToolOutput part={part} result={result} />}
          </div>
        )}
      </details>
      {state === 'writing' && <LiveInput part={part} />}
      {result && !result.ok && !refused && !open && <p className="tool-failure">{firstLine(result.output)}</p>}
      {question && <Asked part={part} question={question} asks={asks} />}
      {change && (isNewestChange || open) && <ChangeDiff key={change.id} changeId={change.id} brief={!open} />}
      {change && !isNewestChange && !open && <ChangedPaths paths={change.paths} />}
    </div>
  );
}

function Asked({ part, question, asks }: { part: ToolPart; question: NonNullable<ToolPart['question']>; asks: boolean }) {
  const { waiting } = useRunContext();
  const { kind, approvalId } = question;
  if (kind !== 'approval') return <QuestionCard part={part} question={question} asks={asks} />;
  if (asks && waiting && approvalId) return <ApprovalCard key={approvalId} approvalId={approvalId} part={part} />;
  return <AnsweredApproval question={question} answer={part.answer} />;
}

type State = 'writing' | 'running' | 'asks' | 'ok' | 'failed' | 'rejected' | 'open';

function stateOf({ result, input, question, answer }: ToolPart, live: boolean, asks: boolean): State {
  if (result?.ok) return 'ok';
  if (result) return question?.kind === 'approval' && answer?.choice === 'reject' ? 'rejected' : 'failed';
  if (asks) return 'asks';
  if (!live) return 'open';
  return input === undefined ? 'writing' : 'running';
}

function ToolState({ state, duration }: { state: State; duration: number | undefined }) {
  return (
    <span className="tool-state">
      {(state === 'running' || state === 'writing') && <span className="spinner" />}
      {state === 'failed' && <Icon name="alert" />}
      {state === 'asks' && <Icon name="person" />}
      {state === 'ok' && <Icon name="check" />}
      {state === 'rejected' && <Icon name="close" />}
      {words.states[state]}
      {duration !== undefined && <span className="numeric">{formatDuration(duration)}</span>}
    </span>
  );
}

const MAX_LINKS = 5;

function ChangedPaths({ paths }: { paths: readonly string[] }) {
  const { onOpenFile } = useRunContext();
  return (
    <p className="tool-changes">
      {paths.slice(0, MAX_LINKS).map((path) => (
        <button key={path} type="button" className="link" onClick={() => onOpenFile(path)}>
          {words.changed(markPath(path))}
        </button>
      ))}
      {paths.length > MAX_LINKS && <span className="muted">{words.more(paths.length - MAX_LINKS)}</span>}
    </p>
  );
}

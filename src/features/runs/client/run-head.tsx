import type { Run } from '#features/runs/contract.ts';
import type { Amounts } from '#features/runs/spending.ts';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { BudgetBars } from './budget-bars.tsx';
import { isAtWork, useStopRun } from './queries.ts';
import { RunFacts, type RunFactsProps } from './run-facts.tsx';
import { RunMenu } from './run-menu.tsx';
import { RunStatusMark } from './run-status.tsx';
import { texts as listTexts } from './texts/list.ts';
import { texts } from './texts/run.ts';
import './run-head.css';

interface RunHeadProps {
  run: Run;
  status: Run['status'];
  held: boolean;
  spent: Amounts;
  /** When the newest event arrived in this browser. */
  readAt: number;
  instructions: RunFactsProps['instructions'];
  editable: boolean;
  retrying: boolean;
  onRetry: () => void;
  /** Undefined if there is nothing to undo. */
  onUndo: (() => void) | undefined;
  onBack: () => void;
}

/** The run's title, status, usage, and the actions on the run as a whole. */
export function RunHead({
  run,
  status,
  held: paused,
  spent,
  readAt,
  instructions,
  editable,
  retrying,
  onRetry,
  onUndo,
  onBack,
}: RunHeadProps) {
  const stop = useStopRun(run.projectId, run.id);
  const canStop = isAtWork({ status }) || status === 'waiting';
  const canRetry = status === 'failed' || status === 'stopped';
  return (
    <header className="run-head">
      <div className="pane-head">
        <IconButton size="small" icon="chevron" label={listTexts.allRuns} className="button run-back" onClick={onBack} />
        <h2 className="truncate" title={run.title}>
          {run.title}
        </h2>
        <RunStatusMark status={status} held={paused} />
        {editable && canStop && (
          <Button size="small" icon="stop" busy={stop.isPending} onClick={() => stop.mutate()}>
            {texts.stop}
          </Button>
        )}
        {editable && canRetry && (
          <Button size="small" icon="refresh" busy={retrying} onClick={onRetry}>
            {texts.retry}
          </Button>
        )}
        <RunMenu run={run} onUndo={onUndo} />
      </div>
      <RunFacts run={run} spent={spent} readAt={readAt} atWork={isAtWork({ status }) && !paused} instructions={instructions} />
      <BudgetBars budget={run.budget} spent={spent} />
    </header>
  );
}

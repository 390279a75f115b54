import { type ReactNode, useState } from 'react';
import type { AgentEntry } from '#features/agents/contract.ts';
import type { RefusedLevels } from '#features/policies/levels.ts';
import type { Run } from '#features/runs/contract.ts';
import { BudgetFields, budgetPaths, readBudget, writeBudget } from './budget-fields.tsx';
import { Composer, type Suggestion } from './composer.tsx';
import { LevelSelect } from './level-select.tsx';
import { GoalFields, type GoalText, goalPaths, readGoal } from './plan/goal-fields.tsx';
import { useStartRun } from './queries.ts';

/** With what a new run begins, as far as the page has asked for it. */
export interface Beginning {
  /** Undefined: nobody in particular. */
  agent: AgentEntry | undefined;
  /** Id of the model; undefined: the agent's, else the organization's default. */
  model: string | undefined;
  /** Levels that are not theirs who start it. */
  refusedLevels: RefusedLevels;
}

interface NewRunProps {
  projectId: string;
  beginning: Beginning;
  selects: ReactNode;
  suggestion: Suggestion | undefined;
  onStarted: (runId: string) => void;
}

const unbounded = writeBudget({});
const toldElsewhere = [...budgetPaths, ...goalPaths];

export function NewRun({ projectId, beginning: { agent, model, refusedLevels }, selects, suggestion, onStarted }: NewRunProps) {
  const start = useStartRun(projectId);
  const [level, setLevel] = useState<Run['level']>();
  const [budget, setBudget] = useState(unbounded);
  const [goal, setGoal] = useState<GoalText>();
  const named = readBudget(budget);
  const onSend = (message: string) => {
    const body = {
      message,
      ...(agent && { agentId: agent.id }),
      ...(model !== undefined && { model }),
      ...(level && { level }),
      ...(Object.keys(named).length > 0 && { budget: named }),
      ...(goal !== undefined && { goal: readGoal(goal) }),
    };
    return start.mutateAsync(body).then(
      (run) => {
        onStarted(run.id);
        return true;
      },
      () => false,
    );
  };
  return (
    <Composer
      draft={projectId}
      suggestion={suggestion}
      placeholder={goal === undefined ? 'Tell the agent what to do' : 'What is to be reached'}
      busy={start.isPending}
      error={start.error}
      toldElsewhere={toldElsewhere}
      onSend={onSend}
      settings={
        <>
          {selects}
          <LevelSelect value={level} agent={agent} refused={refusedLevels} onChange={setLevel} />
          <GoalFields value={goal} error={start.error} onChange={setGoal} />
        </>
      }
    >
      <details className="composer-budget">
        <summary>Budget: {sayBudget({ ...agent?.budget, ...named })}</summary>
        <BudgetFields value={budget} error={start.error} onChange={setBudget} />
      </details>
    </Composer>
  );
}

/** What bounds it, in a word each. */
function sayBudget(budget: Run['budget']): string {
  const units = {
    steps: 'steps',
    tokens: 'tokens',
    inputTokens: 'input tokens',
    outputTokens: 'output tokens',
    cost: 'US$',
    minutes: 'minutes',
  };
  const told = Object.entries(budget).map(([name, limit]) => `${limit} ${units[name as keyof typeof units]}`);
  return told.length > 0 ? told.join(', ') : '50 steps a message';
}

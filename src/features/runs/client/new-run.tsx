import { useState } from 'react';
import { AgentSelect } from '#features/agents/client/agent-select.tsx';
import type { AgentEntry } from '#features/agents/contract.ts';
import { ModelSelect } from '#features/models/client/model-select.tsx';
import { useDeniedLevels } from '#features/policies/client/denied-levels.ts';
import type { Project } from '#features/projects/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import { BudgetFields } from './budget-fields.tsx';
import { budgetPaths, readBudget, writeBudget } from './budget-text.ts';
import { Composer, type Suggestion } from './composer.tsx';
import { LevelSelect } from './level-select.tsx';
import { GoalFields, type GoalText, goalPaths, readGoal } from './plan/goal-fields.tsx';
import { useStartRun } from './queries.ts';
import { texts } from './texts/list.ts';

interface NewRunProps {
  project: Project;
  /** Undefined: no agent. */
  agent: AgentEntry | undefined;
  /** Model id; undefined: the agent's model, or else the organization's default. */
  model: string | undefined;
  suggestion: Suggestion | undefined;
  onAgent: (agent: AgentEntry | undefined) => void;
  onModel: (model: string | undefined) => void;
  onStarted: (runId: string) => void;
}

const unbounded = writeBudget({});
const shownElsewhere = [...budgetPaths, ...goalPaths];

export function NewRun({ project, agent, model, suggestion, onAgent, onModel, onStarted }: NewRunProps) {
  const { id: projectId, organizationId, role } = project;
  const start = useStartRun(projectId);
  const deniedLevels = useDeniedLevels(projectId, role);
  const [level, setLevel] = useState<Run['level']>();
  const [budget, setBudget] = useState(unbounded);
  const [goal, setGoal] = useState<GoalText>();
  const named = readBudget(budget);
  const chooseAgent = (chosen: AgentEntry | undefined) => {
    onAgent(chosen);
    onModel(chosen?.model ?? undefined);
  };
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
      placeholder={goal === undefined ? texts.newMessage : texts.newGoal}
      busy={start.isPending}
      error={start.error}
      shownElsewhere={shownElsewhere}
      onSend={onSend}
      settings={
        <>
          <AgentSelect organizationId={organizationId} value={agent?.id} onChange={chooseAgent} />
          <ModelSelect organizationId={organizationId} value={model} onChange={onModel} />
          <LevelSelect value={level} agent={agent} refused={deniedLevels} onChange={setLevel} />
          <GoalFields value={goal} error={start.error} onChange={setGoal} />
        </>
      }
    >
      <details className="composer-budget">
        <summary>{texts.budget(formatBudget({ ...agent?.budget, ...named }))}</summary>
        <BudgetFields value={budget} error={start.error} onChange={setBudget} />
      </details>
    </Composer>
  );
}

/** Its limits, briefly. */
function formatBudget(budget: Run['budget']): string {
  const told = Object.entries(budget).map(([name, limit]) => texts.amounts[name as keyof Run['budget']](limit));
  return told.length > 0 ? told.join(', ') : texts.defaultBudget;
}

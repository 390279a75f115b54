import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Budget } from '#features/agents/budget.ts';
import { levels } from '#features/policies/levels.ts';
import { texts } from '../texts/automations.ts';
import type { ShownAutomation } from './automation.ts';

const words = texts.summary;

/** What the runs of a schedule or trigger do, with what, and on whose behalf. @param more further facts shown with it */
export function RunSummary({ of, more = [] }: { of: ShownAutomation; more?: readonly [what: string, is: ReactNode][] }) {
  const { project, onBehalfOf, message, goal, level, agent, model, budget } = of;
  const facts: (readonly [string, ReactNode])[] = [
    [
      words.project,
      <Link key="project" href={`/projects/${project.id}`}>
        {project.name}
      </Link>,
    ],
    [words.onBehalfOf, onBehalfOf.name],
    [words.level, levels[level].label],
    [words.agent, agent?.name ?? words.noAgent],
    [words.model, model ?? (agent ? words.agentModel : words.defaultModel)],
    [words.budget, formatBudget(budget)],
    ...more,
  ];
  return (
    <>
      <div className="automation-what">
        <h2>{goal ? words.goal : words.message}</h2>
        <p>{message}</p>
        {goal && goal.constraints.length > 0 && (
          <ul>
            {goal.constraints.map((constraint) => (
              <li key={constraint}>{constraint}</li>
            ))}
          </ul>
        )}
      </div>
      <dl className="automation-settings">
        {facts.map(([what, is]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{is}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function formatBudget(budget: Budget): string {
  const amounts = Object.entries(budget).map(([name, amount]) => words.amounts[name as keyof Budget](amount));
  return amounts.length > 0 ? amounts.join(', ') : words.defaultBudget;
}

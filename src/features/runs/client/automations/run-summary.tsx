import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Budget } from '#features/agents/budget.ts';
import { levels } from '#features/policies/levels.ts';
import { formatNumber } from '#ui/format/figure.ts';
import type { ShownAutomation } from './automation.ts';

/** What the runs of a schedule or trigger do, with what, and on whose behalf. @param more further facts shown with it */
export function RunSummary({ of, more = [] }: { of: ShownAutomation; more?: readonly [what: string, is: ReactNode][] }) {
  const { project, onBehalfOf, message, goal, level, agent, model, budget } = of;
  const facts: (readonly [string, ReactNode])[] = [
    [
      'Project',
      <Link key="project" href={`/projects/${project.id}`}>
        {project.name}
      </Link>,
    ],
    ['On behalf of', onBehalfOf.name],
    ['Level', levels[level].label],
    ['Agent', agent?.name ?? 'None in particular'],
    ['Model', model ?? (agent ? 'The agent’s' : 'The default')],
    ['Budget of each run', formatBudget(budget)],
    ...more,
  ];
  return (
    <>
      <div className="automation-what">
        <h2>{goal ? 'Goal' : 'What it does'}</h2>
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

const units: Record<keyof Budget, string> = {
  steps: 'steps',
  tokens: 'tokens',
  inputTokens: 'tokens read',
  outputTokens: 'tokens written',
  cost: 'US$',
  minutes: 'minutes',
};

function formatBudget(budget: Budget): string {
  const amounts = Object.entries(budget).map(([name, amount]) => `${formatNumber(amount)} ${units[name as keyof typeof units]}`);
  return amounts.length > 0 ? amounts.join(', ') : 'The server’s default';
}

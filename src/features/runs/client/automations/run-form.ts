/** The part of a form that defines the runs of a schedule or trigger, and the request built from it. */
import type { ShownRunSettings } from '../../run-settings.ts';
import { type BudgetText, budgetPaths, readBudget, writeBudget } from '../budget-text.ts';

export interface RunForm {
  message: string;
  /** Works towards a goal, with a plan and a report. */
  isGoal: boolean;
  /** One per line. */
  constraints: string;
  level: ShownRunSettings['level'];
  agentId: string | null;
  model: string | null;
  budget: BudgetText;
}

const noBudget = writeBudget({});

export const emptyRunForm: RunForm = {
  message: '',
  isGoal: false,
  constraints: '',
  level: 'supervised',
  agentId: null,
  model: null,
  budget: noBudget,
};

export function toRunForm({ message, level, agent, model, budget, goal }: ShownRunSettings): RunForm {
  const amounts = Object.fromEntries(Object.entries(budget).map(([name, amount]) => [name, String(amount)]));
  return {
    message,
    isGoal: goal !== null,
    constraints: goal?.constraints.join('\n') ?? '',
    level,
    agentId: agent?.id ?? null,
    model,
    budget: { ...noBudget, ...amounts },
  };
}

export function toRunSettings({ message, isGoal, constraints, level, agentId, model, budget }: RunForm) {
  const lines = constraints.split('\n').flatMap((line) => line.trim() || []);
  return { message, level, agentId, model, budget: readBudget(budget), goal: isGoal ? { constraints: lines } : null };
}

/** Paths of the problems that `RunFields` shows next to a field. */
export const runFieldPaths = ['message', ...budgetPaths];

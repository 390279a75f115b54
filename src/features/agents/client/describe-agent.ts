/** Describes an agent's settings. */
import type { AgentSettings } from '#features/agents/contract.ts';
import { levels } from '#features/policies/levels.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { budgetFields } from './agent-form.ts';
import { texts } from './texts.ts';

const words = texts.settings;

export const levelLabel = (level: AgentSettings['level']): string => levels[level].label;

const describeModel = (model: string | null): string => model ?? words.ownModel;

export const describeTools = (tools: readonly string[] | null): string => (tools === null ? words.allTools : words.toolCount(tools.length));

export function formatBudget(budget: AgentSettings['budget']): string {
  const amounts = budgetFields.flatMap(({ key }) =>
    budget[key] === undefined ? [] : [texts.budget.amounts[key](formatNumber(budget[key]))],
  );
  return amounts.length === 0 ? words.defaultBudget : amounts.join(', ');
}

interface SettingChange {
  what: string;
  before: string;
  after: string;
}

/** The settings that differ, except the instructions, which are compared line by line. */
export function listChanges(before: AgentSettings, after: AgentSettings): SettingChange[] {
  const all: SettingChange[] = [
    { what: words.name, before: before.name, after: after.name },
    { what: words.model, before: describeModel(before.model), after: describeModel(after.model) },
    { what: words.tools, before: nameTools(before.tools), after: nameTools(after.tools) },
    { what: words.level, before: levelLabel(before.level), after: levelLabel(after.level) },
    { what: words.budget, before: formatBudget(before.budget), after: formatBudget(after.budget) },
  ];
  return all.filter((change) => change.before !== change.after);
}

const nameTools = (tools: readonly string[] | null) => (tools?.length ? tools.toSorted().join(', ') : describeTools(tools));

/** Describes an agent's settings. */
import type { AgentSettings } from '#features/agents/contract.ts';
import { levels } from '#features/policies/levels.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { budgetFields } from './agent-form.ts';

export const levelLabel = (level: AgentSettings['level']): string => levels[level].label;

const describeModel = (model: string | null): string => model ?? 'the model of the person who starts the run';

export const describeTools = (tools: readonly string[] | null): string =>
  tools === null ? 'all tools' : tools.length === 0 ? 'no tools' : tools.length === 1 ? '1 tool' : `${tools.length} tools`;

export function formatBudget(budget: AgentSettings['budget']): string {
  const amounts = budgetFields.flatMap(({ key, label, unit }) =>
    budget[key] === undefined ? [] : [`${label.toLowerCase()} ${formatNumber(budget[key])} ${unit}`],
  );
  return amounts.length === 0 ? 'the server’s default' : amounts.join(', ');
}

interface SettingChange {
  what: string;
  before: string;
  after: string;
}

/** The settings that differ, except the instructions, which are compared line by line. */
export function listChanges(before: AgentSettings, after: AgentSettings): SettingChange[] {
  const all: SettingChange[] = [
    { what: 'Name', before: before.name, after: after.name },
    { what: 'Model', before: describeModel(before.model), after: describeModel(after.model) },
    { what: 'Tools', before: nameTools(before.tools), after: nameTools(after.tools) },
    { what: 'Level', before: levelLabel(before.level), after: levelLabel(after.level) },
    { what: 'Budget', before: formatBudget(before.budget), after: formatBudget(after.budget) },
  ];
  return all.filter((change) => change.before !== change.after);
}

const nameTools = (tools: readonly string[] | null) => (tools?.length ? tools.toSorted().join(', ') : describeTools(tools));

/** The form of an agent, and the request made from it. */
import type { Budget } from '#features/agents/budget.ts';
import type { AgentSettings } from '#features/agents/contract.ts';
import { texts } from './texts.ts';

export type BudgetKey = keyof Budget;

/** `AgentSettings`, with amounts as typed. */
export interface AgentForm extends Omit<AgentSettings, 'budget'> {
  budget: Partial<Record<BudgetKey, string>>;
}

export const emptyForm: AgentForm = { name: '', instructions: '', model: null, tools: null, level: 'supervised', budget: {} };

export const budgetFields: readonly { key: BudgetKey; whole: boolean }[] = [
  { key: 'steps', whole: true },
  { key: 'minutes', whole: false },
  { key: 'cost', whole: false },
  { key: 'tokens', whole: true },
  { key: 'inputTokens', whole: true },
  { key: 'outputTokens', whole: true },
];

export function toForm({ name, instructions, model, tools, level, budget }: AgentSettings): AgentForm {
  const amounts = Object.entries(budget).map(([key, amount]) => [key, String(amount)]);
  return { name, instructions, model, tools, level, budget: Object.fromEntries(amounts) };
}

/** @returns what to send, or a problem for each invalid amount; the server validates the rest */
export function toSettings(form: AgentForm): { settings: AgentSettings } | { problems: Partial<Record<BudgetKey, string>> } {
  const budget: Budget = {};
  const problems: Partial<Record<BudgetKey, string>> = {};
  for (const { key, whole } of budgetFields) {
    const text = (form.budget[key] ?? '').replace(/[\s_]/g, '');
    if (text === '') continue;
    const fits = whole ? /^\d+$/ : /^\d+(\.\d+)?$/;
    if (fits.test(text)) budget[key] = Number(text);
    else problems[key] = whole ? texts.editor.wholeNumber : texts.editor.number;
  }
  return Object.keys(problems).length > 0 ? { problems } : { settings: { ...form, name: form.name.trim(), budget } };
}

export function isSame(a: AgentForm, b: AgentForm): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

const inOrder = ({ name, instructions, model, tools, level, budget }: AgentForm) => [
  name.trim(),
  instructions.trim(),
  model,
  tools && [...tools].sort(),
  level,
  budgetFields.map(({ key }) => budget[key] ?? ''),
];

/** Reads a form from what the browser has stored; undefined if it is not a form. */
export function readForm(stored: unknown): AgentForm | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const form = { ...emptyForm, ...stored };
  const fits =
    typeof form.name === 'string' &&
    typeof form.instructions === 'string' &&
    (form.model === null || typeof form.model === 'string') &&
    (form.tools === null || Array.isArray(form.tools)) &&
    typeof form.budget === 'object' &&
    form.budget !== null;
  return fits ? form : undefined;
}

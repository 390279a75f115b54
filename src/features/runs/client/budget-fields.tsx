import type { Budget } from '#features/agents/budget.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';

/** As they are typed; what is empty bounds nothing. */
export type BudgetText = Record<BudgetName, string>;
type BudgetName = 'steps' | 'tokens' | 'cost' | 'minutes';

const fields: readonly { name: BudgetName; label: string; step: string }[] = [
  { name: 'steps', label: 'Steps', step: '1' },
  { name: 'tokens', label: 'Tokens', step: '1' },
  { name: 'cost', label: 'US$', step: 'any' },
  { name: 'minutes', label: 'Minutes', step: 'any' },
];
export const budgetPaths = fields.map(({ name }) => `budget.${name}`);

export const writeBudget = ({ steps, tokens, cost, minutes }: Budget): BudgetText => ({
  steps: String(steps ?? ''),
  tokens: String(tokens ?? ''),
  cost: String(cost ?? ''),
  minutes: String(minutes ?? ''),
});

export function readBudget(text: BudgetText): Budget {
  const named = fields.filter(({ name }) => text[name].trim() !== '');
  return Object.fromEntries(named.map(({ name }) => [name, Number(text[name])]));
}

interface BudgetFieldsProps {
  value: BudgetText;
  error: unknown;
  onChange: (value: BudgetText) => void;
}

export function BudgetFields({ value, error, onChange }: BudgetFieldsProps) {
  return (
    <div className="budget-fields">
      {fields.map(({ name, label, step }) => (
        <Field
          key={name}
          label={label}
          type="number"
          inputMode="decimal"
          min="0"
          step={step}
          value={value[name]}
          error={fieldError(error, `budget.${name}`)}
          onChange={(event) => onChange({ ...value, [name]: event.target.value })}
        />
      ))}
    </div>
  );
}

import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { type BudgetText, budgetNames } from './budget-text.ts';

const fields: Record<keyof BudgetText, { label: string; step: string }> = {
  steps: { label: 'Steps', step: '1' },
  tokens: { label: 'Tokens', step: '1' },
  cost: { label: 'US$', step: 'any' },
  minutes: { label: 'Minutes', step: 'any' },
};

interface BudgetFieldsProps {
  value: BudgetText;
  error: unknown;
  onChange: (value: BudgetText) => void;
}

export function BudgetFields({ value, error, onChange }: BudgetFieldsProps) {
  return (
    <div className="budget-fields">
      {budgetNames.map((name) => (
        <Field
          key={name}
          label={fields[name].label}
          type="number"
          inputMode="decimal"
          min="0"
          step={fields[name].step}
          value={value[name]}
          error={fieldError(error, `budget.${name}`)}
          onChange={(event) => onChange({ ...value, [name]: event.target.value })}
        />
      ))}
    </div>
  );
}

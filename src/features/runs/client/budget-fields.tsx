import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { type BudgetText, budgetNames } from './budget-text.ts';
import { texts } from './texts/words.ts';

const steps: Record<keyof BudgetText, string> = { steps: '1', tokens: '1', cost: 'any', minutes: 'any' };

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
          label={texts.budget[name]}
          type="number"
          inputMode="decimal"
          min="0"
          step={steps[name]}
          value={value[name]}
          error={fieldError(error, `budget.${name}`)}
          onChange={(event) => onChange({ ...value, [name]: event.target.value })}
        />
      ))}
    </div>
  );
}

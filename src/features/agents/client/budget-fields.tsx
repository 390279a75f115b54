import { Field } from '#ui/primitives/field.tsx';
import { type AgentForm, type BudgetKey, budgetFields } from './agent-form.ts';
import { texts } from './texts.ts';

interface BudgetFieldsProps {
  value: AgentForm['budget'];
  errorOf: (key: BudgetKey) => string | undefined;
  onChange: (budget: AgentForm['budget']) => void;
}

export function BudgetFields({ value, errorOf, onChange }: BudgetFieldsProps) {
  return (
    <fieldset className="agent-group">
      <legend>{texts.budget.title}</legend>
      <p className="field-hint">{texts.budget.hint}</p>
      <div className="agent-budget">
        {budgetFields.map(({ key }) => (
          <Field
            key={key}
            label={texts.budget.labels[key]}
            hint={texts.budget.units[key]}
            inputMode="decimal"
            autoComplete="off"
            value={value[key] ?? ''}
            error={errorOf(key)}
            onChange={(event) => onChange({ ...value, [key]: event.target.value })}
          />
        ))}
      </div>
    </fieldset>
  );
}

import { Field } from '#ui/primitives/field.tsx';
import { type AgentForm, type BudgetKey, budgetFields } from './agent-form.ts';

interface BudgetFieldsProps {
  value: AgentForm['budget'];
  errorOf: (key: BudgetKey) => string | undefined;
  onChange: (budget: AgentForm['budget']) => void;
}

export function BudgetFields({ value, errorOf, onChange }: BudgetFieldsProps) {
  return (
    <fieldset className="agent-group">
      <legend>Budget</legend>
      <p className="field-hint">What a run with this agent may use before it stops. Left empty, the server’s default holds.</p>
      <div className="agent-budget">
        {budgetFields.map(({ key, label, unit }) => (
          <Field
            key={key}
            label={label}
            hint={unit}
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

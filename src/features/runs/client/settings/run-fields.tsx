import { type ReactNode, useId } from 'react';
import { fieldError } from '#ui/format/explain.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import type { BudgetText, RunForm } from './run-form.ts';

/** Choices that belong to other rooms; the page brings them. */
export interface RunPickers {
  agent: (value: string | null, onChange: (agentId: string | null) => void) => ReactNode;
  model: (value: string | null, onChange: (model: string | null) => void) => ReactNode;
  level: (value: RunForm['level'], onChange: (level: RunForm['level']) => void) => ReactNode;
  budget: (value: BudgetText, error: unknown, onChange: (budget: BudgetText) => void) => ReactNode;
}

interface RunFieldsProps {
  value: RunForm;
  error: unknown;
  pickers: RunPickers;
  onChange: (changes: Partial<RunForm>) => void;
}

/** What the runs of a schedule or trigger do, and with what. */
export function RunFields({ value, error, pickers, onChange }: RunFieldsProps) {
  const id = useId();
  const problem = fieldError(error, 'message');
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{value.isGoal ? 'Goal' : 'What to do'}</label>
        <textarea
          id={id}
          className="input schedule-message"
          rows={4}
          value={value.message}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-error` : undefined}
          placeholder="Read yesterday’s notes and write a summary to summary.md"
          onChange={(event) => onChange({ message: event.target.value })}
        />
        {problem && (
          <p id={`${id}-error`} className="field-error">
            <Icon name="alert" />
            {problem}
          </p>
        )}
      </div>
      <GoalFields value={value} onChange={onChange} />
      <fieldset className="schedule-group">
        <legend>Run with</legend>
        <div className="schedule-pickers">
          {pickers.agent(value.agentId, (agentId) => onChange({ agentId }))}
          {pickers.model(value.model, (model) => onChange({ model }))}
          {pickers.level(value.level, (level) => onChange({ level }))}
        </div>
      </fieldset>
      <fieldset className="schedule-group">
        <legend>Budget of each run</legend>
        <p className="field-hint">What a run may use before it pauses and asks. Left empty, the server’s default holds.</p>
        <div className="schedule-budget">{pickers.budget(value.budget, error, (budget) => onChange({ budget }))}</div>
      </fieldset>
    </>
  );
}

function GoalFields({ value, onChange }: Pick<RunFieldsProps, 'value' | 'onChange'>) {
  const id = useId();
  return (
    <>
      <label className="schedule-option">
        <input type="checkbox" checked={value.isGoal} onChange={(event) => onChange({ isGoal: event.target.checked })} />
        <span>
          This is a goal
          <span className="field-hint">The agent makes a plan, ticks it off, and ends with a report.</span>
        </span>
      </label>
      {value.isGoal && (
        <div className="field">
          <label htmlFor={id}>Constraints</label>
          <textarea
            id={id}
            className="input"
            rows={3}
            value={value.constraints}
            aria-describedby={`${id}-hint`}
            placeholder="Change nothing outside docs/"
            onChange={(event) => onChange({ constraints: event.target.value })}
          />
          <p id={`${id}-hint`} className="field-hint">
            What it must keep to, one a line.
          </p>
        </div>
      )}
    </>
  );
}

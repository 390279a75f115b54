import { useId } from 'react';
import { AgentSelect } from '#features/agents/client/agent-select.tsx';
import { ModelSelect } from '#features/models/client/model-select.tsx';
import { useDeniedLevels } from '#features/policies/client/denied-levels.ts';
import type { Project } from '#features/projects/contract.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { BudgetFields } from '../budget-fields.tsx';
import { LevelSelect } from '../level-select.tsx';
import { texts } from '../texts/automations.ts';
import type { RunForm } from './run-form.ts';

const words = texts.form;

interface RunFieldsProps {
  value: RunForm;
  error: unknown;
  /** The project the runs work in. */
  project: Project;
  onChange: (changes: Partial<RunForm>) => void;
}

/** What the runs of a schedule or trigger do, and with which agent, model and limits. */
export function RunFields({ value, error, project, onChange }: RunFieldsProps) {
  const id = useId();
  const deniedLevels = useDeniedLevels(project.id, project.role);
  const { organizationId } = project;
  const problem = fieldError(error, 'message');
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{value.isGoal ? words.goal : words.message}</label>
        <textarea
          id={id}
          className="input automation-message"
          rows={4}
          value={value.message}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-error` : undefined}
          placeholder={words.messagePlaceholder}
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
      <fieldset className="automation-group">
        <legend>{words.runWith}</legend>
        <div className="automation-pickers">
          <AgentSelect
            organizationId={organizationId}
            value={value.agentId ?? undefined}
            onChange={(agent) => onChange({ agentId: agent?.id ?? null })}
          />
          <ModelSelect
            organizationId={organizationId}
            value={value.model ?? undefined}
            none={words.noModel}
            onChange={(model) => onChange({ model: model ?? null })}
          />
          <LevelSelect value={value.level} agent={undefined} refused={deniedLevels} onChange={(level) => onChange({ level })} />
        </div>
      </fieldset>
      <fieldset className="automation-group">
        <legend>{words.budget}</legend>
        <p className="field-hint">{words.budgetHint}</p>
        <div className="automation-budget">
          <BudgetFields value={value.budget} error={error} onChange={(budget) => onChange({ budget })} />
        </div>
      </fieldset>
    </>
  );
}

function GoalFields({ value, onChange }: Pick<RunFieldsProps, 'value' | 'onChange'>) {
  const id = useId();
  return (
    <>
      <label className="automation-option">
        <input type="checkbox" checked={value.isGoal} onChange={(event) => onChange({ isGoal: event.target.checked })} />
        <span>
          {words.isGoal}
          <span className="field-hint">{words.isGoalHint}</span>
        </span>
      </label>
      {value.isGoal && (
        <div className="field">
          <label htmlFor={id}>{words.constraints}</label>
          <textarea
            id={id}
            className="input"
            rows={3}
            value={value.constraints}
            aria-describedby={`${id}-hint`}
            placeholder={words.constraintsPlaceholder}
            onChange={(event) => onChange({ constraints: event.target.value })}
          />
          <p id={`${id}-hint`} className="field-hint">
            {words.constraintsHint}
          </p>
        </div>
      )}
    </>
  );
}

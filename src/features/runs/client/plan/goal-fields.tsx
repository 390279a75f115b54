import { useId } from 'react';
import { type Goal, MAX_CONSTRAINTS } from '#features/runs/plan.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { ProblemError } from '#wire/call.ts';
import { texts } from '../texts/plan.ts';

const words = texts.goal;

/** As typed: undefined is a conversation, otherwise the constraints, one per line. */
export type GoalText = string | undefined;

export const readGoal = (text: string): Goal => ({
  constraints: text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
});

interface GoalFieldsProps {
  value: GoalText;
  error: unknown;
  onChange: (value: GoalText) => void;
}

/** Whether the message is a goal that the agent pursues with a plan, and its constraints. */
export function GoalFields({ value, error, onChange }: GoalFieldsProps) {
  const id = useId();
  const problem = goalError(error);
  return (
    <div className="goal-fields">
      <label className="goal-choice">
        <input type="checkbox" checked={value !== undefined} onChange={(event) => onChange(event.target.checked ? '' : undefined)} />
        {words.choice}
      </label>
      {value !== undefined && (
        <div className="field">
          <label htmlFor={id}>{words.constraints}</label>
          <textarea
            id={id}
            className="input"
            rows={2}
            placeholder={words.placeholder}
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? `${id}-error` : undefined}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {problem && (
            <p id={`${id}-error`} className="field-error">
              <Icon name="alert" />
              {problem}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

const isAboutGoal = (path: string): boolean => /^(body\.)?goal\b/.test(path);

/** Each constraint has its own path; only the first error is shown. */
function goalError(error: unknown): string | undefined {
  const told = error instanceof ProblemError ? error.problem.errors?.find(({ path }) => isAboutGoal(path)) : undefined;
  if (!told) return undefined;
  const line = /constraints\.(\d+)/.exec(told.path)?.[1];
  return line === undefined ? told.message : words.problem(Number(line) + 1, told.message);
}

/** Paths of problems that are shown here. */
export const goalPaths = ['goal', 'goal.constraints', ...Array.from({ length: MAX_CONSTRAINTS }, (_, line) => `goal.constraints.${line}`)];

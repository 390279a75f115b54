import { useId } from 'react';
import { Icon } from '#ui/primitives/icon.tsx';
import { ProblemError } from '#wire/call.ts';
import { texts } from './texts/settings.ts';

interface EnteredModelsProps {
  value: string;
  error: unknown;
  onChange: (value: string) => void;
}

/** Names of models, for a provider that does not list its own. */
export function EnteredModels({ value, error, onChange }: EnteredModelsProps) {
  const id = useId();
  const problem = modelsError(error, readModels(value));
  return (
    <div className="field">
      <label htmlFor={id}>{texts.dialog.models}</label>
      <textarea
        id={id}
        className="input"
        rows={2}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-error` : `${id}-hint`}
      />
      {problem ? (
        <p id={`${id}-error`} className="field-error">
          <Icon name="alert" />
          {problem}
        </p>
      ) : (
        <p id={`${id}-hint`} className="field-hint">
          {texts.dialog.modelsHint}
        </p>
      )}
    </div>
  );
}

export const readModels = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

const errorsOfModels = (error: unknown) =>
  error instanceof ProblemError ? (error.problem.errors ?? []).filter(({ path }) => /^(?:body\.)?models\b/.test(path)) : [];

/** The paths of problems shown here. */
export const pathsOfModels = (error: unknown): string[] => errorsOfModels(error).map(({ path }) => path.replace(/^body\./, ''));

/** Quotes the invalid line, since the problem gives only its index. */
function modelsError(error: unknown, sent: readonly string[]): string | undefined {
  const [found] = errorsOfModels(error);
  if (!found) return undefined;
  const line = sent[Number(/\.(\d+)$/.exec(found.path)?.[1])];
  return line === undefined ? found.message : texts.dialog.modelProblem(line, found.message);
}

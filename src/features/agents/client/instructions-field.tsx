import { useId } from 'react';
import { MAX_INSTRUCTIONS } from '#features/agents/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';

const words = texts.editor;

interface InstructionsFieldProps {
  value: string;
  error: string | undefined;
  onChange: (instructions: string) => void;
}

export function InstructionsField({ value, error, onChange }: InstructionsFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{words.instructions}</label>
      <textarea
        id={id}
        className="input agent-instructions"
        rows={14}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-told`}
        placeholder={words.instructionsPlaceholder}
        onChange={(event) => onChange(event.target.value)}
      />
      {error ? (
        <p id={`${id}-told`} className="field-error">
          <Icon name="alert" />
          {error}
        </p>
      ) : (
        <p id={`${id}-told`} className="field-hint numeric">
          {words.instructionsLength(formatNumber(value.length), formatNumber(MAX_INSTRUCTIONS))}
        </p>
      )}
    </div>
  );
}

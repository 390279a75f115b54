import { useId } from 'react';
import type { Agent } from '#features/agents/contract.ts';
import { levels } from '#features/policies/levels.ts';
import { texts } from './texts.ts';

interface LevelChoiceProps {
  value: Agent['level'];
  onChange: (level: Agent['level']) => void;
}

/** Offers every level: whether a person may use it is checked when they start a run. */
export function LevelChoice({ value, onChange }: LevelChoiceProps) {
  const name = useId();
  return (
    <fieldset className="agent-group">
      <legend>{texts.editor.level}</legend>
      <p className="field-hint">{texts.editor.levelHint}</p>
      {(Object.keys(levels) as Agent['level'][]).map((level) => (
        <label key={level} className="agent-option">
          <input type="radio" name={name} checked={value === level} onChange={() => onChange(level)} />
          <span>
            {levels[level].label} <span className="muted">{levels[level].description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

import { useId } from 'react';
import type { Agent } from '#features/agents/contract.ts';
import { levels } from '#features/policies/levels.ts';

interface LevelChoiceProps {
  value: Agent['level'];
  onChange: (level: Agent['level']) => void;
}

/** Offers every level: whether a person may use it is checked when they start a run. */
export function LevelChoice({ value, onChange }: LevelChoiceProps) {
  const name = useId();
  return (
    <fieldset className="agent-group">
      <legend>Level</legend>
      <p className="field-hint">At which its runs start. Who may not use it chooses a lower one, and policies may ask for more.</p>
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

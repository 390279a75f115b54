import { useId } from 'react';
import type { Agent } from '#features/agents/contract.ts';
import { levels } from './say-agent.ts';

interface LevelChoiceProps {
  value: Agent['level'];
  onChange: (level: Agent['level']) => void;
}

export function LevelChoice({ value, onChange }: LevelChoiceProps) {
  const name = useId();
  return (
    <fieldset className="agent-group">
      <legend>Level</legend>
      <p className="field-hint">
        At which its runs start. Autonomous ones may start less often; in what an agent may do, the levels do not differ yet.
      </p>
      {(Object.keys(levels) as Agent['level'][]).map((level) => (
        <label key={level} className="agent-option">
          <input type="radio" name={name} checked={value === level} onChange={() => onChange(level)} />
          <span>{levels[level]}</span>
        </label>
      ))}
    </fieldset>
  );
}

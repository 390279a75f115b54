import { useId } from 'react';
import type { AgentEntry } from '#features/agents/contract.ts';
import { type DeniedLevels, levels } from '#features/policies/levels.ts';
import type { Run } from '#features/runs/contract.ts';
import { texts } from './texts/words.ts';

type Level = Run['level'];

export const levelLabel = (level: Level): string => levels[level].label;

interface LevelSelectProps {
  /** Undefined: the agent's level, or supervised without an agent. */
  value: Level | undefined;
  agent: Pick<AgentEntry, 'level'> | undefined;
  refused?: DeniedLevels;
  onChange: (level: Level) => void;
}

/** How much the run may do without asking. */
export function LevelSelect({ value, agent, refused = {}, onChange }: LevelSelectProps) {
  const id = useId();
  const byDefault = agent?.level ?? 'supervised';
  const chosen = value ?? byDefault;
  const reasons = Object.values(refused);
  return (
    <div className="labelled-select">
      <label htmlFor={id}>{texts.level}</label>
      <select id={id} value={chosen} aria-describedby={`${id}-says`} onChange={(event) => onChange(event.target.value as Level)}>
        {Object.entries(levels).map(([level, { label }]) => (
          <option key={level} value={level} disabled={refused[level as Level] !== undefined}>
            {label}
          </option>
        ))}
      </select>
      <p id={`${id}-says`} className="labelled-select-note">
        {refused[chosen] === undefined ? levels[chosen].description : texts.levelDenied} {reasons.join(' ')}
      </p>
    </div>
  );
}

import { useId } from 'react';
import type { AgentEntry } from '#features/agents/contract.ts';
import type { Run } from '#features/runs/contract.ts';

type Level = Run['level'];

const levels: Record<Level, { label: string; says: string }> = {
  off: { label: 'Off', says: 'For a conversation. Say in your message that no file is to change: nothing else holds it back.' },
  supervised: { label: 'Supervised', says: 'Somebody watches. It asks when it is in doubt; you can stop it and undo everything.' },
  autonomous: { label: 'Autonomous', says: 'For long work that nobody watches. Give it a budget.' },
};

export const sayLevel = (level: Level): string => levels[level].label;

interface LevelSelectProps {
  /** Undefined: the agent's, or without one supervised. */
  value: Level | undefined;
  agent: Pick<AgentEntry, 'level'> | undefined;
  onChange: (level: Level) => void;
}

/** How far the run may go by itself. */
export function LevelSelect({ value, agent, onChange }: LevelSelectProps) {
  const id = useId();
  const byDefault = agent?.level ?? 'supervised';
  const chosen = value ?? byDefault;
  return (
    <div className="labelled-select">
      <label htmlFor={id}>Level</label>
      <select id={id} value={chosen} aria-describedby={`${id}-says`} onChange={(event) => onChange(event.target.value as Level)}>
        {Object.entries(levels).map(([level, { label }]) => (
          <option key={level} value={level}>
            {label}
          </option>
        ))}
      </select>
      <p id={`${id}-says`} className="labelled-select-note">
        {levels[chosen].says}
      </p>
    </div>
  );
}

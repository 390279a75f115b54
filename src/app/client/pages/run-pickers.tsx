import { AgentSelect } from '#features/agents/client/agent-select.tsx';
import { ModelSelect } from '#features/models/client/model-select.tsx';
import { BudgetFields } from '#features/runs/client/budget-fields.tsx';
import { LevelSelect } from '#features/runs/client/level-select.tsx';
import type { RunPickers } from '#features/schedules/client/run-fields.tsx';

/** With what the runs of a schedule or trigger work: the choices that other rooms have for an organization. */
export const runPickersOf = (organizationId: string): RunPickers => ({
  agent: (value, onChange) => (
    <AgentSelect organizationId={organizationId} value={value ?? undefined} onChange={(agent) => onChange(agent?.id ?? null)} />
  ),
  model: (value, onChange) => (
    <ModelSelect
      organizationId={organizationId}
      value={value ?? undefined}
      none="The agent’s, else the default"
      onChange={(model) => onChange(model ?? null)}
    />
  ),
  level: (value, onChange) => <LevelSelect value={value} agent={undefined} onChange={onChange} />,
  budget: (value, error, onChange) => <BudgetFields value={value} error={error} onChange={onChange} />,
});

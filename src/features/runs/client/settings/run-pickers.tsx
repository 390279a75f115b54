import { AgentSelect } from '#features/agents/client/agent-select.tsx';
import { ModelSelect } from '#features/models/client/model-select.tsx';
import { useRefusedLevels } from '#features/policies/client/refused-levels.ts';
import type { Project } from '#features/projects/contract.ts';
import type { Run } from '../../contract.ts';
import { BudgetFields } from '../budget-fields.tsx';
import { LevelSelect } from '../level-select.tsx';
import type { RunPickers } from './run-fields.tsx';

/**
 * With what the runs of a schedule or trigger work: the choices that other rooms have for an organization.
 * @param project where they work, if that is known: levels that one may not use there are not offered
 */
export const runPickersOf = (organizationId: string, project?: Project): RunPickers => ({
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
  level: (value, onChange) =>
    project ? (
      <LevelIn project={project} value={value} onChange={onChange} />
    ) : (
      <LevelSelect value={value} agent={undefined} onChange={onChange} />
    ),
  budget: (value, error, onChange) => <BudgetFields value={value} error={error} onChange={onChange} />,
});

interface LevelInProps {
  project: Project;
  value: Run['level'];
  onChange: (level: Run['level']) => void;
}

function LevelIn({ project, value, onChange }: LevelInProps) {
  const refused = useRefusedLevels(project.id, project.role);
  return <LevelSelect value={value} agent={undefined} refused={refused} onChange={onChange} />;
}

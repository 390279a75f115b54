import { useId, useState } from 'react';
import type { RunPickers } from '#features/runs/client/settings/run-fields.tsx';
import type { Schedule } from '#features/schedules/contract.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { ScheduleEditor } from './editor.tsx';
import { emptyForm } from './form.ts';
import { useCreateSchedule } from './queries.ts';

interface NewScheduleProps {
  /** Those in which one may be made. */
  projects: readonly { id: string; name: string }[];
  /** The one that is chosen first. */
  projectId: string | undefined;
  pickersOf: (projectId: string) => RunPickers;
  onCreated: (schedule: Schedule) => void;
  onCancel: () => void;
}

export function NewSchedule({ projects, projectId, pickersOf, onCreated, onCancel }: NewScheduleProps) {
  const id = useId();
  const [chosen, choose] = useState(projectId);
  const [start] = useState(emptyForm);
  const create = useCreateSchedule();
  const project = projects.find((each) => each.id === chosen) ?? projects[0];
  if (!project)
    return (
      <Empty icon="projects" title="No project yet">
        A schedule starts runs in a project. Make a project first.
      </Empty>
    );
  return (
    <ScheduleEditor
      start={start}
      projectField={
        <div className="field">
          <label htmlFor={id}>Project</label>
          <select id={id} className="input" value={project.id} onChange={(event) => choose(event.target.value)}>
            {projects.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </div>
      }
      pickers={pickersOf(project.id)}
      action="Create schedule"
      busy={create.isPending}
      error={create.error}
      onSave={(settings) => create.mutate({ projectId: project.id, settings }, { onSuccess: onCreated })}
      onCancel={onCancel}
    />
  );
}

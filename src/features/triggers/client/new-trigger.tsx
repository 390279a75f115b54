import { useId, useState } from 'react';
import type { RunPickers } from '#features/runs/client/settings/run-fields.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { Empty } from '#ui/primitives/empty.tsx';
import { TriggerEditor } from './editor.tsx';
import { emptyTriggerForm, toTriggerSettings } from './form.ts';
import { useCreateTrigger } from './queries.ts';
import { TriggerSecret } from './secret.tsx';

interface NewTriggerProps {
  /** Those in which one may be made. */
  projects: readonly { id: string; name: string }[];
  /** The one that is chosen first. */
  projectId: string | undefined;
  pickersOf: (projectId: string) => RunPickers;
  /** It is made, and its secret, if it has one, was shown. */
  onCreated: (trigger: Trigger) => void;
  onCancel: () => void;
}

export function NewTrigger({ projects, projectId, pickersOf, onCreated, onCancel }: NewTriggerProps) {
  const id = useId();
  const [chosen, choose] = useState(projectId);
  const create = useCreateTrigger();
  const project = projects.find((each) => each.id === chosen) ?? projects[0];
  if (create.data?.secret) {
    const { trigger, secret } = create.data;
    return <TriggerSecret trigger={trigger} secret={secret} onDone={() => onCreated(trigger)} />;
  }
  if (!project)
    return (
      <Empty icon="projects" title="No project yet">
        A trigger starts runs in a project. Make a project first.
      </Empty>
    );
  const onSuccess = ({ trigger, secret }: { trigger: Trigger; secret: string | null }) => {
    if (!secret) onCreated(trigger);
  };
  return (
    <TriggerEditor
      start={emptyTriggerForm}
      kindIsFixed={false}
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
      action="Create trigger"
      busy={create.isPending}
      error={create.error}
      onSave={(form) => create.mutate({ projectId: project.id, settings: toTriggerSettings(form) }, { onSuccess })}
      onCancel={onCancel}
    />
  );
}

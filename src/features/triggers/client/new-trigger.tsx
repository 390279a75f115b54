import { NewInProject } from '#features/runs/client/automations/new-in-project.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { TriggerEditor } from './editor.tsx';
import { emptyTriggerForm, toTriggerSettings } from './form.ts';
import { useCreateTrigger } from './queries.ts';
import { TriggerSecret } from './secret.tsx';
import { texts } from './texts.ts';

interface NewTriggerProps {
  organizationId: string;
  /** The project preselected in the form. */
  projectId: string | undefined;
  /** Called after its secret, if it has one, was shown. */
  onCreated: (trigger: Trigger) => void;
  onCancel: () => void;
}

export function NewTrigger({ organizationId, projectId, onCreated, onCancel }: NewTriggerProps) {
  const create = useCreateTrigger();
  const finish = (trigger: Trigger) => {
    showToast(texts.editor.created(trigger.name));
    onCreated(trigger);
  };
  const onSuccess = ({ trigger, secret }: { trigger: Trigger; secret: string | null }) => {
    if (!secret) finish(trigger);
  };
  return (
    <NewInProject noun="trigger" organizationId={organizationId} projectId={projectId}>
      {(project, projectField) =>
        create.data?.secret ? (
          <TriggerSecret trigger={create.data.trigger} secret={create.data.secret} onDone={() => finish(create.data.trigger)} />
        ) : (
          <TriggerEditor
            start={emptyTriggerForm}
            kindIsFixed={false}
            project={project}
            projectField={projectField}
            action={texts.editor.create}
            busy={create.isPending}
            error={create.error}
            onSave={(form) => create.mutate({ projectId: project.id, settings: toTriggerSettings(form) }, { onSuccess })}
            onCancel={onCancel}
          />
        )
      }
    </NewInProject>
  );
}

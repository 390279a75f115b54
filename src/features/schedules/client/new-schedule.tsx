import { useState } from 'react';
import { NewInProject } from '#features/runs/client/automations/new-in-project.tsx';
import type { Schedule } from '#features/schedules/contract.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { ScheduleEditor } from './editor.tsx';
import { emptyForm } from './form.ts';
import { useCreateSchedule } from './queries.ts';
import { texts } from './texts.ts';

interface NewScheduleProps {
  organizationId: string;
  /** The project preselected in the form. */
  projectId: string | undefined;
  onCreated: (schedule: Schedule) => void;
  onCancel: () => void;
}

export function NewSchedule({ organizationId, projectId, onCreated, onCancel }: NewScheduleProps) {
  const [start] = useState(emptyForm);
  const create = useCreateSchedule();
  const onSuccess = (schedule: Schedule) => {
    showToast(texts.editor.created(schedule.name));
    onCreated(schedule);
  };
  return (
    <NewInProject noun="schedule" organizationId={organizationId} projectId={projectId}>
      {(project, projectField) => (
        <ScheduleEditor
          start={start}
          project={project}
          projectField={projectField}
          action={texts.editor.create}
          busy={create.isPending}
          error={create.error}
          onSave={(settings) => create.mutate({ projectId: project.id, settings }, { onSuccess })}
          onCancel={onCancel}
        />
      )}
    </NewInProject>
  );
}

import { useState } from 'react';
import type { Project } from '#features/projects/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useCreateProject, useDeleteProject, useRenameProject } from './queries.ts';
import { texts } from './texts/projects.ts';

export function NewProjectDialog({ onCreated, onClose }: { onCreated: (project: Project) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useCreateProject();
  const rest = explainRest(create.error, ['name']);
  return (
    <FormDialog
      title={texts.new.title}
      action={texts.new.action}
      busy={create.isPending}
      onSubmit={() => create.mutate(name.trim(), { onSuccess: onCreated })}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={texts.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={texts.new.namePlaceholder}
        autoComplete="off"
        maxLength={100}
        error={fieldError(create.error, 'name')}
      />
    </FormDialog>
  );
}

export function RenameProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const [name, setName] = useState(project.name);
  const rename = useRenameProject(project.id);
  const rest = explainRest(rename.error, ['name']);
  return (
    <FormDialog
      title={texts.rename.title}
      action={texts.rename.action}
      busy={rename.isPending}
      onSubmit={() => rename.mutate(name.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={texts.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onFocus={(event) => event.target.select()}
        autoComplete="off"
        maxLength={100}
        error={fieldError(rename.error, 'name')}
      />
    </FormDialog>
  );
}

export function DeleteProjectDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const remove = useDeleteProject(project.id);
  const onDeleted = () => {
    onClose();
    showToast(texts.delete.done(project.name));
  };
  return (
    <DeleteDialog
      title={texts.delete.title(project.name)}
      action={texts.delete.action}
      confirm={project.name}
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      {texts.delete.about}
    </DeleteDialog>
  );
}

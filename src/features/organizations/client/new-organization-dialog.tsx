import { useState } from 'react';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useCreateOrganization } from './queries.ts';
import { texts as words } from './texts/switcher.ts';

export function NewOrganizationDialog({ onCreated, onClose }: { onCreated: () => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useCreateOrganization();
  const rest = explainRest(create.error, ['name']);
  const done = () => {
    onClose();
    onCreated();
  };
  return (
    <FormDialog
      title={words.createTitle}
      action={words.createAction}
      busy={create.isPending}
      onSubmit={() => create.mutate(name.trim(), { onSuccess: done })}
      onClose={onClose}
    >
      <p>{words.createAbout}</p>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={words.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={words.namePlaceholder}
        autoComplete="organization"
        maxLength={100}
        error={fieldError(create.error, 'name')}
      />
    </FormDialog>
  );
}

import { useState } from 'react';
import type { Project, ProjectMembers } from '#features/projects/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { PeopleFields, type Person } from './access-people.tsx';
import { useProjectAccess, useSaveProjectAccess } from './access-queries.ts';
import { texts as words } from './texts/access.ts';
import './access.css';

interface AccessDialogProps {
  project: Project;
  /** Who may be listed: the members of the organization below admin. */
  people: readonly Person[];
  onClose: () => void;
}

/** Who has access to a project. */
export function AccessDialog(props: AccessDialogProps) {
  const { project, onClose } = props;
  const access = useProjectAccess(project.id);
  if (access.data) return <AccessForm {...props} access={access.data} />;
  return (
    <Dialog title={words.title(project.name)} onClose={onClose}>
      {access.isPending ? <Waiting what={words.loading} /> : <Failure error={access.error} onRetry={() => void access.refetch()} />}
    </Dialog>
  );
}

function AccessForm({ project, people, access, onClose }: AccessDialogProps & { access: ProjectMembers }) {
  const [kind, setKind] = useState(access.access);
  const [members, setMembers] = useState<ProjectMembers['members']>(access.members);
  const save = useSaveProjectAccess(project.id);
  const mayChange = includes(project.role, 'project.members.change');
  const fields = (
    <>
      {!mayChange && <Note>{words.readOnly}</Note>}
      <fieldset className="access-choice" disabled={!mayChange}>
        <legend className="field-label">{words.who}</legend>
        {(['organization', 'listed'] as const).map((each) => (
          <label key={each} className="access-option">
            <input type="radio" name="access" checked={kind === each} onChange={() => setKind(each)} />
            <span>
              {words[each]}
              <span className="field-hint">{each === 'listed' ? words.listedAbout : words.organizationAbout}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <PeopleFields people={people} members={members} mayChange={mayChange} onChange={setMembers} />
    </>
  );
  const title = words.title(project.name);
  if (!mayChange) {
    return (
      <Dialog title={title} onClose={onClose}>
        {fields}
        <div className="dialog-actions">
          <Button onClick={onClose}>{words.close}</Button>
        </div>
      </Dialog>
    );
  }
  const done = () => {
    onClose();
    showToast(words.saved);
  };
  const submit = () => save.mutate({ access: kind, members: members.map(({ userId, role }) => ({ userId, role })) }, { onSuccess: done });
  return (
    <FormDialog title={title} action={words.save} busy={save.isPending} onSubmit={submit} onClose={onClose}>
      {fields}
      <Failure error={save.error} />
    </FormDialog>
  );
}

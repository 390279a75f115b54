import { useId, useState } from 'react';
import type { createInvitation } from '#features/organizations/invitations-contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Dialog } from '#ui/primitives/dialog.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import type { ReplyOf } from '#wire/contract.ts';
import { type ProjectRole, projectRole, type Role } from '#wire/role.ts';
import { useInvite } from './invitation-queries.ts';
import { RoleField } from './role-select.tsx';
import { SecretLink } from './secret-link.tsx';
import { texts as roles } from './texts/roles.ts';
import { texts } from './texts/settings.ts';

const words = texts.invitations;

export type Created = ReplyOf<typeof createInvitation>['body'];
export interface ProjectChoice {
  id: string;
  name: string;
}
type Opened = { projectId: string; role: ProjectRole };

interface InviteDialogProps {
  organizationId: string;
  /** The role of the person who invites. */
  own: Role;
  projects: readonly ProjectChoice[];
  onCreated: (created: Created) => void;
  onClose: () => void;
}

export function InviteDialog({ organizationId, own, projects, onCreated, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [opened, setOpened] = useState<readonly Opened[]>([]);
  const invite = useInvite(organizationId);
  const rest = explainRest(invite.error, ['email']);
  const address = email.trim();
  return (
    <FormDialog
      title={words.title}
      action={words.create}
      busy={invite.isPending}
      onSubmit={() =>
        invite.mutate(
          { role, ...(address !== '' && { email: address }), ...(opened.length > 0 && { projects: [...opened] }) },
          { onSuccess: onCreated },
        )
      }
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={words.email}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        autoComplete="off"
        hint={words.emailHint}
        error={fieldError(invite.error, 'email')}
      />
      <RoleField label={words.role} value={role} own={own} onChange={setRole} />
      {projects.length > 0 && <ProjectRoles projects={projects} value={opened} onChange={setOpened} />}
    </FormDialog>
  );
}

interface ProjectRolesProps {
  projects: readonly ProjectChoice[];
  value: readonly Opened[];
  onChange: (value: readonly Opened[]) => void;
}

function ProjectRoles({ projects, value, onChange }: ProjectRolesProps) {
  const id = useId();
  const rest = projects.filter((project) => value.every(({ projectId }) => projectId !== project.id));
  const nameOf = (projectId: string) => projects.find((project) => project.id === projectId)?.name ?? '';
  return (
    <fieldset className="invite-projects">
      <legend className="field-label">{words.projects}</legend>
      <p className="field-hint">{words.projectsHint}</p>
      {value.map(({ projectId, role }) => (
        <div key={projectId} className="invite-project">
          <span className="truncate">{nameOf(projectId)}</span>
          <select
            className="select"
            aria-label={words.projectRole(nameOf(projectId))}
            value={role}
            onChange={(event) =>
              onChange(value.map((each) => (each.projectId === projectId ? { projectId, role: event.target.value as ProjectRole } : each)))
            }
          >
            {projectRole.options.map((each) => (
              <option key={each} value={each}>
                {roles.names[each]}
              </option>
            ))}
          </select>
          <IconButton
            size="small"
            icon="close"
            label={words.removeProject(nameOf(projectId))}
            onClick={() => onChange(value.filter((each) => each.projectId !== projectId))}
          />
        </div>
      ))}
      {rest.length > 0 && (
        <>
          <label htmlFor={id} className="visually-hidden">
            {words.addProject}
          </label>
          <select
            id={id}
            className="select"
            value=""
            onChange={(event) => onChange([...value, { projectId: event.target.value, role: 'member' }])}
          >
            <option value="">{words.addProject}</option>
            {rest.map((project) => (
              <option key={project.id} value={project.id}>
                {project.name}
              </option>
            ))}
          </select>
        </>
      )}
    </fieldset>
  );
}

/** The only time that the link is shown. */
export function LinkDialog({ created: { invitation, link, emailed }, onClose }: { created: Created; onClose: () => void }) {
  const mailed = invitation.email !== null && (emailed ? words.emailed(invitation.email) : words.notEmailed);
  return (
    <Dialog title={words.linkTitle} onClose={onClose}>
      <p>{words.linkAbout}</p>
      <SecretLink link={link} />
      {mailed && <p className="muted">{mailed}</p>}
      <div className="dialog-actions">
        <Button kind="primary" onClick={onClose}>
          {texts.close}
        </Button>
      </div>
    </Dialog>
  );
}

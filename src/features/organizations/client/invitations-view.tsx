import { useState } from 'react';
import type { Invitation } from '#features/organizations/invitations-contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Role } from '#wire/role.ts';
import { useInvitations, useResendInvitation, useRevokeInvitation } from './invitation-queries.ts';
import { type Created, InviteDialog, LinkDialog, type ProjectChoice } from './invite-dialog.tsx';
import { texts as roles } from './texts/roles.ts';
import { texts } from './texts/settings.ts';
import './invitations.css';

const words = texts.invitations;

interface InvitationsViewProps {
  organizationId: string;
  /** The signed-in user's. */
  role: Role;
  projects: readonly ProjectChoice[];
  inviting: boolean;
  onInvite: (inviting: boolean) => void;
}

/** The open and expired invitations, and the form for a new one. */
export function InvitationsView({ organizationId, role, projects, inviting, onInvite }: InvitationsViewProps) {
  const { data, error, isPending, refetch } = useInvitations(organizationId);
  const [created, setCreated] = useState<Created>();
  const done = (next: Created) => {
    onInvite(false);
    setCreated(next);
  };
  return (
    <>
      {isPending ? (
        <Waiting what={words.loading} />
      ) : !data ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data.invitations.length === 0 ? (
        <Empty
          icon="mail"
          title={words.emptyTitle}
          action={
            <Button kind="primary" icon="plus" onClick={() => onInvite(true)}>
              {words.invite}
            </Button>
          }
        >
          {words.empty}
        </Empty>
      ) : (
        <ul className="invitations">
          {data.invitations.map((invitation) => (
            <InvitationRow key={invitation.id} organizationId={organizationId} invitation={invitation} onRenewed={setCreated} />
          ))}
        </ul>
      )}
      {data?.more && <p className="field-hint">{words.more}</p>}
      {inviting && (
        <InviteDialog organizationId={organizationId} own={role} projects={projects} onCreated={done} onClose={() => onInvite(false)} />
      )}
      {created && <LinkDialog created={created} onClose={() => setCreated(undefined)} />}
    </>
  );
}

interface InvitationRowProps {
  organizationId: string;
  invitation: Invitation;
  onRenewed: (created: Created) => void;
}

function InvitationRow({ organizationId, invitation, onRenewed }: InvitationRowProps) {
  const resend = useResendInvitation(organizationId);
  const revoke = useRevokeInvitation(organizationId);
  const { id, email, role, projects, invitedBy, createdAt, expiresAt, expired } = invitation;
  const who = email ?? words.anyone;
  const created = <Time at={createdAt} />;
  return (
    <li className="invitation" aria-label={who}>
      <Icon name={email === null ? 'link' : 'mail'} />
      <div className="invitation-text">
        <p className="invitation-who">
          <span className="truncate">{who}</span>
          <Tag>{roles.names[role]}</Tag>
          {expired && <Tag kind="warn">{words.expired}</Tag>}
        </p>
        <p className="muted">
          {expired ? words.invited(created, invitedBy.name) : words.invitedUntil(created, invitedBy.name, <Time at={expiresAt} />)}
        </p>
        {projects.length > 0 && (
          <p className="muted">{projects.map(({ name, role: inProject }) => words.inProject(name, inProject)).join(', ')}</p>
        )}
      </div>
      <div className="invitation-actions">
        <Button size="small" busy={resend.isPending} onClick={() => resend.mutate(id, { onSuccess: onRenewed })}>
          {words.resend}
        </Button>
        <Button
          size="small"
          kind="quiet"
          busy={revoke.isPending}
          onClick={() => revoke.mutate(id, { onSuccess: () => showToast(words.revoked) })}
        >
          {words.revoke}
        </Button>
      </div>
    </li>
  );
}

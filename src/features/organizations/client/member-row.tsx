import { useState } from 'react';
import type { Member } from '#features/organizations/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Avatar } from '#ui/primitives/avatar.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { includes, mayGrant } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import { PasswordLinkDialog, RemoveMemberDialog, SignOutMemberDialog } from './member-dialogs.tsx';
import { useChangeMember } from './member-queries.ts';
import { grantable } from './role-select.tsx';
import { texts as roles } from './texts/roles.ts';
import { texts } from './texts/settings.ts';

const words = texts.members;

interface MemberRowProps {
  organizationId: string;
  member: Member;
  /** The signed-in user's role. */
  own: Role;
  isSelf: boolean;
  isLastOwner: boolean;
  onSignOut: (userId: string) => Promise<unknown>;
}

export function MemberRow({ organizationId, member, own, isSelf, isLastOwner, onSignOut }: MemberRowProps) {
  const [asked, setAsked] = useState<'remove' | 'signOut' | 'link'>();
  const close = () => setAsked(undefined);
  const { name, email, picture, joinedAt, lastSeenAt } = member;
  const mayAct = !isSelf && mayGrant(own, member.role);
  const items: MenuItem[] = [];
  if (mayAct && includes(own, 'members.sessions')) items.push({ label: words.signOut, icon: 'out', onSelect: () => setAsked('signOut') });
  if (mayAct && includes(own, 'members.password')) items.push({ label: words.link, icon: 'key', onSelect: () => setAsked('link') });
  if (mayAct && !isLastOwner && includes(own, 'members.remove'))
    items.push({ label: words.remove, icon: 'trash', kind: 'danger', separated: true, onSelect: () => setAsked('remove') });
  return (
    <li className="member">
      <Avatar name={name} picture={picture} />
      <div className="member-text">
        <p className="member-name">
          <span className="truncate">{name}</span>
          {isSelf && <Tag>{words.you}</Tag>}
        </p>
        <p className="muted truncate">{email}</p>
      </div>
      <p className="member-seen">
        <span>{words.joined(<Time at={joinedAt} />)}</span>
        <span>{lastSeenAt === null ? words.never : words.lastSeen(<Time at={lastSeenAt} />)}</span>
      </p>
      <MemberRole organizationId={organizationId} member={member} own={own} isSelf={isSelf} isLastOwner={isLastOwner} />
      {items.length > 0 ? <Menu label={words.actions(name)} items={items} /> : <span />}
      {asked === 'remove' && <RemoveMemberDialog organizationId={organizationId} member={member} onClose={close} />}
      {asked === 'signOut' && <SignOutMemberDialog member={member} onSignOut={onSignOut} onClose={close} />}
      {asked === 'link' && <PasswordLinkDialog organizationId={organizationId} member={member} onClose={close} />}
    </li>
  );
}

/** A choice where the user may change the role; otherwise the role, and why it is fixed. */
function MemberRole({ organizationId, member, own, isLastOwner }: Omit<MemberRowProps, 'onSignOut'>) {
  const change = useChangeMember(organizationId);
  const { userId, name, role } = member;
  if (!includes(own, 'members.change')) return <p className="member-role">{roles.names[role]}</p>;
  const reason = isLastOwner ? words.lastOwner : mayGrant(own, role) ? undefined : words.higher;
  if (reason !== undefined) {
    return (
      <p className="member-role">
        {roles.names[role]}
        <span className="member-reason">{reason}</span>
      </p>
    );
  }
  return (
    <select
      className="select"
      aria-label={words.roleOf(name)}
      value={change.isPending ? change.variables.role : role}
      disabled={change.isPending}
      onChange={(event) => {
        const next = event.target.value as Role;
        change.mutate({ userId, role: next }, { onSuccess: () => showToast(words.changed(name, next)) });
      }}
    >
      {grantable(own).map((each) => (
        <option key={each} value={each}>
          {roles.names[each]}
        </option>
      ))}
    </select>
  );
}

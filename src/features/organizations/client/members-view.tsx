import type { Member } from '#features/organizations/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Role } from '#wire/role.ts';
import { useMembers } from './member-queries.ts';
import { MemberRow } from './member-row.tsx';
import { texts } from './texts/settings.ts';
import './members.css';

const words = texts.members;

interface MembersViewProps {
  organizationId: string;
  /** The signed-in user's. */
  role: Role;
  userId: string;
  /** Ends all sessions of a member. */
  onSignOut: (userId: string) => Promise<unknown>;
}

/** The members of an organization, and what the user may do with each. */
export function MembersView({ organizationId, role, userId, onSignOut }: MembersViewProps) {
  const members = useMembers(organizationId);
  if (members.isPending) return <Waiting what={words.loading} />;
  if (members.isError) return <Failure error={members.error} onRetry={() => void members.refetch()} />;
  const owners = members.data.filter((member) => member.role === 'owner').length;
  return (
    <>
      <ul className="members">
        {members.data.map((member: Member) => (
          <MemberRow
            key={member.userId}
            organizationId={organizationId}
            member={member}
            own={role}
            isSelf={member.userId === userId}
            isLastOwner={member.role === 'owner' && owners === 1 && !members.hasNextPage}
            onSignOut={onSignOut}
          />
        ))}
      </ul>
      {members.hasNextPage && (
        <p className="members-more">
          <Button busy={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>
            {words.more}
          </Button>
        </p>
      )}
    </>
  );
}

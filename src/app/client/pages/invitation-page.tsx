import { Link, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser, useSignOut } from '#features/accounts/client/queries.ts';
import type { User } from '#features/accounts/contract.ts';
import { useAcceptInvitation } from '#features/organizations/client/invitation-queries.ts';
import { texts as words } from '#features/organizations/client/texts/invitation.ts';
import { useInvitation } from '#features/organizations/client/use-invitation.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { useSearch } from '#ui/app/search-params.ts';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { invitationUrl } from './next.ts';

/** Where the link of an invitation leads. */
export default function InvitationPage() {
  useDocumentTitle(words.title);
  const token = new URLSearchParams(useSearch()).get('token') ?? '';
  if (token !== '') return <Invitation token={token} />;
  return (
    <AuthLayout title={words.title} other={<Link href="/">{words.toProjects}</Link>}>
      <Note kind="warn">{words.missing}</Note>
    </AuthLayout>
  );
}

function Invitation({ token }: { token: string }) {
  const { data: invitation, error, refetch } = useInvitation(token);
  const { data: user } = useCurrentUser();
  if (hasCode(error, 'invitation_invalid')) {
    return (
      <AuthLayout title={words.invalid} other={<Link href="/">{words.toProjects}</Link>}>
        <Note kind="warn">{explain(error)}</Note>
      </AuthLayout>
    );
  }
  if (!invitation || user === undefined) {
    return (
      <AuthLayout title={words.title}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting what={words.loading} />}
      </AuthLayout>
    );
  }
  const { organization, invitedBy, role, email } = invitation;
  return (
    <AuthLayout title={words.join(organization.name)} about={words.about(invitedBy, organization.name, role)}>
      {user ? <Accept token={token} user={user} email={email} organization={organization.name} /> : <SignUpOrIn token={token} />}
    </AuthLayout>
  );
}

function SignUpOrIn({ token }: { token: string }) {
  return (
    <div className="stack">
      <LinkButton kind="primary" href={`/signup?${new URLSearchParams({ invitation: token })}`}>
        {words.signUp}
      </LinkButton>
      <LinkButton href={`/signin?${new URLSearchParams({ next: invitationUrl(token) })}`}>{words.signIn}</LinkButton>
    </div>
  );
}

interface AcceptProps {
  token: string;
  user: User;
  /** The only address that may accept it. */
  email: string | undefined;
  organization: string;
}

function Accept({ token, user, email, organization }: AcceptProps) {
  const [, navigate] = useLocation();
  const accept = useAcceptInvitation();
  const signOut = useSignOut();
  const mayAccept = email === undefined || email.toLowerCase() === user.email.toLowerCase();
  const done = () => {
    navigate('/', { replace: true });
    showToast(words.joined(organization));
  };
  return (
    <div className="stack">
      {mayAccept ? <p>{words.asWhom(user.email)}</p> : <Note kind="warn">{words.forAddress(email, user.email)}</Note>}
      <Failure error={accept.error} />
      {mayAccept && (
        <Button kind="primary" busy={accept.isPending} onClick={() => accept.mutate(token, { onSuccess: done })}>
          {words.accept}
        </Button>
      )}
      <Button icon="out" busy={signOut.isPending} onClick={() => signOut.mutate()}>
        {words.signOut}
      </Button>
      <LinkButton href="/">{words.toProjects}</LinkButton>
    </div>
  );
}

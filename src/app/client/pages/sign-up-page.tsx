import { Link, Redirect, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { SignUpForm } from '#features/accounts/client/sign-up-form.tsx';
import { texts } from '#features/accounts/client/texts.ts';
import { useInvitation } from '#features/organizations/client/use-invitation.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { hasStatus } from '#ui/format/explain.ts';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { readNext } from './next.ts';

const words = texts.signUp;

export function SignUpPage() {
  useDocumentTitle(words.title);
  const [, navigate] = useLocation();
  const search = useSearch();
  const next = readNext(search);
  const token = new URLSearchParams(search).get('invitation') ?? undefined;
  const invitation = useInvitation(token);
  const { data: user } = useCurrentUser();
  if (user) return <Redirect to={next} replace />;
  const other = (
    <p>
      {words.haveAccount} <Link href={search ? `/signin?${search}` : '/signin'}>{words.signIn}</Link>
    </p>
  );
  const { data: invited } = invitation;
  return (
    <AuthLayout
      title={words.title}
      about={invited ? words.invited(invited.invitedBy, invited.organization.name) : token === undefined ? texts.about : undefined}
      other={other}
    >
      {token !== undefined && invitation.isPending ? (
        <Waiting what={words.lookingUp} />
      ) : hasStatus(invitation.error, 404) ? (
        <Note kind="warn">{words.notInvited}</Note>
      ) : invitation.isError ? (
        <Failure error={invitation.error} onRetry={() => void invitation.refetch()} />
      ) : (
        <SignUpForm invitation={token} invitedEmail={invited?.email} onSignedUp={() => navigate(next, { replace: true })} />
      )}
    </AuthLayout>
  );
}

import { type ReactNode, useState } from 'react';
import { Link, Redirect, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { SignUpForm } from '#features/accounts/client/sign-up-form.tsx';
import { texts } from '#features/accounts/client/texts/sign-in.ts';
import { texts as signUp } from '#features/accounts/client/texts/sign-up.ts';
import { useInvitation } from '#features/organizations/client/use-invitation.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { invitationUrl, readNext } from './next.ts';

const words = signUp.signUp;

export default function SignUpPage() {
  useDocumentTitle(words.title);
  const [, navigate] = useLocation();
  const search = useSearch();
  const next = readNext(search);
  const token = new URLSearchParams(search).get('invitation') ?? undefined;
  const { data: user } = useCurrentUser();
  const [cameSignedIn, setCameSignedIn] = useState<boolean>();
  if (cameSignedIn === undefined && user !== undefined) setCameSignedIn(user !== null);
  // Somebody who signs up with an invitation accepts it that way.
  if (user) return <Redirect to={token !== undefined && cameSignedIn ? invitationUrl(token) : next} replace />;
  const signIn = token === undefined ? search : new URLSearchParams({ next: invitationUrl(token) }).toString();
  const other = (
    <p>
      {words.haveAccount} <Link href={signIn ? `/signin?${signIn}` : '/signin'}>{words.signIn}</Link>
    </p>
  );
  if (token !== undefined) return <Invited token={token} other={other} onSignedUp={() => navigate(next, { replace: true })} />;
  return (
    <AuthLayout title={words.title} about={texts.about} other={other}>
      <SignUpForm invitation={undefined} invitedEmail={undefined} onSignedUp={() => navigate(next, { replace: true })} />
    </AuthLayout>
  );
}

interface InvitedProps {
  token: string;
  other: ReactNode;
  onSignedUp: () => void;
}

/** Says to which organization the invitation is before anyone enters anything. */
function Invited({ token, other, onSignedUp }: InvitedProps) {
  const { data, error, refetch } = useInvitation(token);
  const about = data && words.invited(data.invitedBy, data.organization.name);
  return (
    <AuthLayout title={words.title} about={about} other={other}>
      {data ? (
        <SignUpForm invitation={token} invitedEmail={data.email} onSignedUp={onSignedUp} />
      ) : hasCode(error, 'invitation_invalid') ? (
        <Note kind="warn">{explain(error)}</Note>
      ) : error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Waiting what={words.lookingUp} />
      )}
    </AuthLayout>
  );
}

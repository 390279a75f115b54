import { Link, Redirect, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { SignInForm } from '#features/accounts/client/sign-in-form.tsx';
import { texts } from '#features/accounts/client/texts/sign-in.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { invitationIn, readNext } from './next.ts';

const words = texts.signIn;

export function SignInPage() {
  useDocumentTitle(words.title);
  const [, navigate] = useLocation();
  const search = useSearch();
  const next = readNext(search);
  const { data: user } = useCurrentUser();
  if (user) return <Redirect to={next} replace />;
  const invitation = invitationIn(next);
  const signUp = invitation === undefined ? search : new URLSearchParams({ invitation }).toString();
  const other = (
    <>
      <p>
        <Link href="/forgot-password">{words.forgot}</Link>
      </p>
      <p>
        {words.newHere} <Link href={signUp ? `/signup?${signUp}` : '/signup'}>{words.signUp}</Link>
      </p>
    </>
  );
  return (
    <AuthLayout title={words.title} about={texts.about} other={other}>
      <SignInForm onSignedIn={() => navigate(next, { replace: true })} />
    </AuthLayout>
  );
}

import { Link, Redirect, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { SignUpForm } from '#features/accounts/client/sign-up-form.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { readNext } from './next.ts';

export function SignUpPage() {
  useDocumentTitle('Sign up');
  const [, navigate] = useLocation();
  const search = useSearch();
  const next = readNext(search);
  const { data: user } = useCurrentUser();
  if (user) return <Redirect to={next} replace />;
  const other = (
    <>
      Signed up already? <Link href={search ? `/signin?${search}` : '/signin'}>Sign in</Link>
    </>
  );
  return (
    <AuthLayout title="Sign up" other={other}>
      <SignUpForm
        invitation={new URLSearchParams(search).get('invitation') ?? undefined}
        onSignedUp={() => navigate(next, { replace: true })}
      />
    </AuthLayout>
  );
}

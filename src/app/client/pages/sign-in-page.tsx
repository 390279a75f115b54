import { Link, Redirect, useLocation } from 'wouter';
import { AuthLayout } from '#features/accounts/client/auth-layout.tsx';
import { useCurrentUser } from '#features/accounts/client/queries.ts';
import { SignInForm } from '#features/accounts/client/sign-in-form.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearch } from '#ui/app/search-params.ts';
import { readNext } from './next.ts';

export function SignInPage() {
  useDocumentTitle('Sign in');
  const [, navigate] = useLocation();
  const search = useSearch();
  const next = readNext(search);
  const { data: user } = useCurrentUser();
  if (user) return <Redirect to={next} replace />;
  const other = (
    <>
      New here? <Link href={search ? `/signup?${search}` : '/signup'}>Sign up</Link>
    </>
  );
  return (
    <AuthLayout title="Sign in" other={other}>
      <SignInForm onSignedIn={() => navigate(next, { replace: true })} />
    </AuthLayout>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { refreshUser } from '#features/accounts/client/queries.ts';
import { ResetPassword } from '#features/accounts/client/reset-password-form.tsx';
import { explainSignOut } from '#features/accounts/client/signed-out.ts';
import { texts } from '#features/accounts/client/texts/sign-in.ts';
import { texts as signUp } from '#features/accounts/client/texts/sign-up.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { useSearch } from '#ui/app/search-params.ts';

export default function ResetPasswordPage() {
  useDocumentTitle(signUp.reset.title);
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const token = new URLSearchParams(useSearch()).get('token') ?? '';
  const onReset = async () => {
    // This browser may have been signed in: all sessions have ended.
    await refreshUser(client);
    explainSignOut(texts.signedOut.passwordReset);
    navigate('/signin', { replace: true });
  };
  return (
    <ResetPassword
      token={token}
      onReset={() => void onReset()}
      newLink={<LinkButton href="/forgot-password">{signUp.reset.newLink}</LinkButton>}
      other={
        <p>
          <Link href="/signin">{texts.signIn.title}</Link>
        </p>
      }
    />
  );
}

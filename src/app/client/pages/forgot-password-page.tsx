import { Link } from 'wouter';
import { ForgotPassword } from '#features/accounts/client/forgot-password-form.tsx';
import { texts } from '#features/accounts/client/texts/sign-up.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';

export default function ForgotPasswordPage() {
  useDocumentTitle(texts.forgot.title);
  return (
    <ForgotPassword
      other={
        <p>
          {texts.forgot.backTo} <Link href="/signin">{texts.signUp.signIn}</Link>
        </p>
      }
    />
  );
}

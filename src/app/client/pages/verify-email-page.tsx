import { texts } from '#features/accounts/client/texts/sign-up.ts';
import { VerifyEmail } from '#features/accounts/client/verify-email.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { useSearch } from '#ui/app/search-params.ts';

export default function VerifyEmailPage() {
  useDocumentTitle(texts.verify.title);
  return (
    <VerifyEmail
      token={new URLSearchParams(useSearch()).get('token') ?? ''}
      goOn={<LinkButton href="/">{texts.verify.goOn}</LinkButton>}
      newLink={<LinkButton href="/account/security">{texts.verify.toSettings}</LinkButton>}
    />
  );
}

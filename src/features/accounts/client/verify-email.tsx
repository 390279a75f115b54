import type { ReactNode } from 'react';
import { explain, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useVerifyEmail } from './account-queries.ts';
import { AuthLayout } from './auth-layout.tsx';
import { texts } from './texts/sign-up.ts';

const words = texts.verify;

interface VerifyEmailProps {
  /** From the link. */
  token: string;
  goOn: ReactNode;
  /** Leads to where a new link can be requested. */
  newLink: ReactNode;
}

/**
 * Where the link of a confirmation email leads. It takes a click: mail scanners open links, and would confirm an address for a person who
 * never saw the email.
 */
export function VerifyEmail({ token, goOn, newLink }: VerifyEmailProps) {
  const verify = useVerifyEmail();
  const { error } = verify;
  if (verify.isSuccess)
    return (
      <AuthLayout title={words.title} other={goOn}>
        <div role="status">
          <Note icon="check">{words.done(verify.data)}</Note>
        </div>
      </AuthLayout>
    );
  if (token === '' || hasCode(error, 'link_invalid'))
    return (
      <AuthLayout title={words.title}>
        <Note kind="warn" actions={newLink}>
          {token === '' ? texts.reset.missing : words.expired}
        </Note>
      </AuthLayout>
    );
  return (
    <AuthLayout title={words.title} about={words.about}>
      <div className="stack">
        {error && <Note kind="danger">{explain(error)}</Note>}
        <Button kind="primary" busy={verify.isPending} onClick={() => verify.mutate(token)}>
          {words.action}
        </Button>
      </div>
    </AuthLayout>
  );
}

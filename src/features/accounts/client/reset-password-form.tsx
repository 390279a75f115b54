import { type FormEvent, type ReactNode, useState } from 'react';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { useResetPassword } from './account-queries.ts';
import { AuthLayout } from './auth-layout.tsx';
import { PasswordField } from './password-field.tsx';
import { texts } from './texts/sign-in.ts';
import { texts as signUp } from './texts/sign-up.ts';

const words = signUp.reset;

interface ResetPasswordProps {
  /** From the link. */
  token: string;
  onReset: (email: string) => void;
  /** Leads to where a new link can be requested. */
  newLink: ReactNode;
  other: ReactNode;
}

/** Where the link of a reset email leads. */
export function ResetPassword({ token, onReset, newLink, other }: ResetPasswordProps) {
  const reset = useResetPassword();
  const [password, setPassword] = useState('');
  const form = useFocusFirstError(reset.isPending);
  const { error } = reset;
  if (token === '' || hasCode(error, 'link_invalid'))
    return (
      <AuthLayout title={words.title} other={other}>
        <Note kind="warn" actions={newLink}>
          {token === '' ? words.missing : words.expired}
        </Note>
      </AuthLayout>
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!reset.isPending) reset.mutate({ token, password }, { onSuccess: onReset });
  };
  const rest = explainRest(error, ['password']);
  return (
    <AuthLayout title={words.title} about={words.about} other={other}>
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        {rest && <Note kind="danger">{rest}</Note>}
        <PasswordField
          label={texts.password.new}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint={texts.password.rule}
          error={fieldError(error, 'password')}
        />
        <Button type="submit" kind="primary" busy={reset.isPending}>
          {words.action}
        </Button>
      </form>
    </AuthLayout>
  );
}

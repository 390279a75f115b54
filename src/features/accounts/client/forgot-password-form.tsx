import { type FormEvent, type ReactNode, useState } from 'react';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { useForgotPassword } from './account-queries.ts';
import { AuthLayout } from './auth-layout.tsx';
import { texts } from './texts/sign-in.ts';
import { texts as signUp } from './texts/sign-up.ts';

const words = signUp.forgot;

/** Requests the email that sets a new password. What it says is the same whether or not the address has an account. */
export function ForgotPassword({ other }: { other: ReactNode }) {
  const forgot = useForgotPassword();
  const [email, setEmail] = useState('');
  const form = useFocusFirstError(forgot.isPending);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!forgot.isPending) forgot.mutate(email.trim());
  };
  if (forgot.isSuccess)
    return (
      <AuthLayout title={words.title} other={other}>
        <div role="status">
          <Note>{forgot.data}</Note>
        </div>
        <Button onClick={() => forgot.reset()}>{words.again}</Button>
      </AuthLayout>
    );
  const { error } = forgot;
  const rest = explainRest(error, ['email']);
  return (
    <AuthLayout title={words.title} about={words.about} other={other}>
      <form ref={form} className="stack" noValidate onSubmit={submit}>
        {rest && <Note kind="danger">{rest}</Note>}
        <Field
          label={texts.email.label}
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={fieldError(error, 'email')}
        />
        <Button type="submit" kind="primary" busy={forgot.isPending}>
          {words.action}
        </Button>
      </form>
    </AuthLayout>
  );
}

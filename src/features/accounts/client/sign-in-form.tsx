import { type FormEvent, useRef, useState } from 'react';
import { explain, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { PasswordField } from './password-field.tsx';
import { useSignIn } from './queries.ts';
import { reasonForSignOut } from './signed-out.ts';
import { texts } from './texts/sign-in.ts';

const words = texts.signIn;

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = useSignIn();
  const password = useRef<HTMLInputElement>(null);
  const [reason] = useState(reasonForSignOut);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { email: String(form.get('email')), password: String(form.get('password')) };
    signIn.mutate(body, { onSuccess: onSignedIn, onError: () => password.current?.select() });
  };
  const { error } = signIn;
  return (
    <form className="stack" noValidate onSubmit={submit}>
      {reason && !error && <Note>{reason}</Note>}
      {error && <Note kind="danger">{hasCode(error, 'invalid_credentials') ? words.wrong : explain(error)}</Note>}
      <Field label={texts.email.label} name="email" type="email" autoComplete="username" error={fieldError(error, 'email')} />
      <PasswordField
        ref={password}
        label={texts.password.label}
        name="password"
        autoComplete="current-password"
        error={fieldError(error, 'password')}
      />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        {words.action}
      </Button>
    </form>
  );
}

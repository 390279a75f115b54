import { type FormEvent, useRef } from 'react';
import { explain, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useSignIn } from './queries.ts';

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = useSignIn();
  const password = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { email: String(form.get('email')), password: String(form.get('password')) };
    signIn.mutate(body, { onSuccess: onSignedIn, onError: () => password.current?.select() });
  };
  const { error } = signIn;
  return (
    <form className="stack" noValidate onSubmit={submit}>
      {error && (
        <Note kind="danger">
          {hasCode(error, 'invalid_credentials') ? 'Email and password do not fit together. Check both and try again.' : explain(error)}
        </Note>
      )}
      <Field label="Email" name="email" type="email" autoComplete="username" error={fieldError(error, 'email')} />
      <Field
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={fieldError(error, 'password')}
      />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}

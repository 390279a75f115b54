import type { FormEvent } from 'react';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { useSignUp } from './queries.ts';

const taken = 'Somebody signed up with this address already. Sign in, or use another one.';

export function SignUpForm({ invitation, onSignedUp }: { invitation: string | undefined; onSignedUp: () => void }) {
  const signUp = useSignUp();
  const form = useFocusFirstError(signUp.isPending);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entries = new FormData(event.currentTarget);
    const [name = '', email = '', password = ''] = ['name', 'email', 'password'].map((field) => String(entries.get(field)));
    const body = { name: name.trim(), email, password };
    signUp.mutate(invitation ? { ...body, invitation } : body, { onSuccess: onSignedUp });
  };
  const { error } = signUp;
  const emailTaken = hasCode(error, 'email_taken');
  const rest = emailTaken ? undefined : explainRest(error, ['name', 'email', 'password']);
  return (
    <form ref={form} className="stack" noValidate onSubmit={submit}>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field label="Name" name="name" autoComplete="name" error={fieldError(error, 'name')} />
      <Field label="Email" name="email" type="email" autoComplete="username" error={emailTaken ? taken : fieldError(error, 'email')} />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        hint="At least 8 characters."
        error={fieldError(error, 'password')}
      />
      <Button type="submit" kind="primary" busy={signUp.isPending}>
        Sign up
      </Button>
    </form>
  );
}

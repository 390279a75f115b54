import type { FormEvent } from 'react';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { PasswordField } from './password-field.tsx';
import { useSignUp } from './queries.ts';
import { texts } from './texts/sign-in.ts';
import { texts as signUpTexts } from './texts/sign-up.ts';

interface SignUpFormProps {
  /** Token of an invitation. */
  invitation: string | undefined;
  /** The only address that may accept it. */
  invitedEmail: string | undefined;
  onSignedUp: () => void;
}

export function SignUpForm({ invitation, invitedEmail, onSignedUp }: SignUpFormProps) {
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
      <Field label={texts.name.label} name="name" autoComplete="name" error={fieldError(error, 'name')} />
      <Field
        label={texts.email.label}
        name="email"
        type="email"
        autoComplete="username"
        error={emailTaken ? texts.email.taken : fieldError(error, 'email')}
        {...(invitedEmail !== undefined && { defaultValue: invitedEmail, readOnly: true, hint: signUpTexts.signUp.invitedAddress })}
      />
      <PasswordField
        label={texts.password.label}
        name="password"
        autoComplete="new-password"
        hint={texts.password.rule}
        error={fieldError(error, 'password')}
      />
      <Button type="submit" kind="primary" busy={signUp.isPending}>
        {signUpTexts.signUp.action}
      </Button>
    </form>
  );
}

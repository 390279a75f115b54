import { useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useChangeEmail } from './account-queries.ts';
import { PasswordField } from './password-field.tsx';
import { texts as settings } from './texts/settings.ts';
import { texts } from './texts/sign-in.ts';

const words = settings.changeEmail;

interface ChangeEmailDialogProps {
  user: User;
  /** Sends the confirmation of the present address again. */
  resend: boolean;
  onSent: (message: string) => void;
  onClose: () => void;
}

export function ChangeEmailDialog({ user, resend, onSent, onClose }: ChangeEmailDialogProps) {
  const change = useChangeEmail();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const submit = () =>
    change.mutate(
      { email: resend ? user.email : email, password },
      {
        onSuccess: (message) => {
          onSent(message);
          onClose();
        },
      },
    );
  const { error } = change;
  const taken = hasCode(error, 'email_taken') ? texts.email.taken : undefined;
  const wrong = hasCode(error, 'invalid_credentials') ? texts.password.wrong : undefined;
  const rest = (taken ?? wrong) ? undefined : explainRest(error, resend ? ['password'] : ['email', 'password']);
  return (
    <FormDialog
      title={resend ? words.resendTitle : words.dialogTitle}
      action={words.action}
      busy={change.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {rest && <Note kind="danger">{rest}</Note>}
      {resend ? (
        <p>{words.resendAbout(user.email)}</p>
      ) : (
        <Field
          label={words.newEmail}
          type="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          hint={words.newHint}
          error={taken ?? fieldError(error, 'email')}
        />
      )}
      <PasswordField
        label={texts.password.label}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={wrong ?? fieldError(error, 'password')}
      />
    </FormDialog>
  );
}

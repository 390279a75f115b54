import { useCallback, useRef, useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { answerIdentityQuestion, useIdentityQuestion } from '#ui/app/identity-question.ts';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { PasswordField } from './password-field.tsx';
import { useConfirmIdentity } from './queries.ts';
import { texts } from './texts/sign-in.ts';

const words = texts.confirmIdentity;

/** Asks who you are when a sensitive change requires it, on whatever screen that happens. */
export function ConfirmIdentity({ user }: { user: User }) {
  const asked = useIdentityQuestion();
  return asked ? <ConfirmDialog email={user.email} /> : null;
}

function ConfirmDialog({ email }: { email: string }) {
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const confirm = useConfirmIdentity();
  const onClose = useCallback(() => answerIdentityQuestion(false), []);
  const submit = () =>
    confirm.mutate(password, {
      onSuccess: () => answerIdentityQuestion(true),
      onError: () => field.current?.select(),
    });
  const { error } = confirm;
  const wrong = hasCode(error, 'invalid_credentials') ? texts.password.wrong : fieldError(error, 'password');
  const rest = wrong === undefined ? explainRest(error, ['password']) : undefined;
  return (
    <FormDialog title={words.title} action={words.action} busy={confirm.isPending} onSubmit={submit} onClose={onClose}>
      <p>{words.about(email)}</p>
      {rest && <Note kind="danger">{rest}</Note>}
      {/* Tells password managers whose password it is. */}
      <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        ref={field}
        label={texts.password.label}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={wrong}
      />
    </FormDialog>
  );
}

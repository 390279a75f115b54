import { type FormEvent, useRef } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangePassword } from './account-queries.ts';
import { PasswordField } from './password-field.tsx';
import { texts as settings } from './texts/settings.ts';
import { texts } from './texts/sign-in.ts';
import './account-form.css';

const words = settings.changePassword;

/** @param onChanged the person's other sessions have ended */
export function ChangePasswordForm({ user, onChanged }: { user: User; onChanged: () => void }) {
  const change = useChangePassword();
  const form = useFocusFirstError(change.isPending);
  const current = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = event.currentTarget;
    const entries = new FormData(fields);
    change.mutate(
      { current: String(entries.get('current')), password: String(entries.get('password')) },
      {
        onSuccess: () => {
          fields.reset();
          showToast(words.done);
          onChanged();
        },
        onError: () => current.current?.select(),
      },
    );
  };
  const { error } = change;
  const wrong = hasCode(error, 'invalid_credentials') ? texts.password.wrong : undefined;
  const rest = wrong === undefined ? explainRest(error, ['current', 'password']) : undefined;
  return (
    <form ref={form} className="stack account-form" noValidate onSubmit={submit}>
      {rest && <Note kind="danger">{rest}</Note>}
      {/* Tells password managers whose password it is. */}
      <input type="text" name="email" autoComplete="username" value={user.email} readOnly hidden />
      <PasswordField
        ref={current}
        label={texts.password.current}
        name="current"
        autoComplete="current-password"
        error={wrong ?? fieldError(error, 'current')}
      />
      <PasswordField
        label={texts.password.new}
        name="password"
        autoComplete="new-password"
        hint={texts.password.rule}
        error={fieldError(error, 'password')}
      />
      <div>
        <Button type="submit" kind="primary" busy={change.isPending}>
          {words.action}
        </Button>
      </div>
    </form>
  );
}

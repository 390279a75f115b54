import { type FormEvent, useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangeName } from './account-queries.ts';
import { texts as settings } from './texts/settings.ts';
import { texts } from './texts/sign-in.ts';
import './account-form.css';

const words = settings.profile;

export function NameForm({ user }: { user: User }) {
  const [name, setName] = useState(user.name);
  const change = useChangeName();
  const form = useFocusFirstError(change.isPending);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (change.isPending || name === user.name) return;
    change.mutate(name, { onSuccess: () => showToast(words.saved) });
  };
  const rest = explainRest(change.error, ['name']);
  return (
    <form ref={form} className="stack account-form" noValidate onSubmit={submit}>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={texts.name.label}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint={words.nameHint}
        error={fieldError(change.error, 'name')}
      />
      <div>
        <Button type="submit" kind="primary" busy={change.isPending} disabled={name === user.name}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

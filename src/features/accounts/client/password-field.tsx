import { type ComponentProps, useState } from 'react';
import { Field } from '#ui/primitives/field.tsx';
import { texts } from './texts/sign-in.ts';
import './password-field.css';

const words = texts.password;

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, 'type' | 'autoComplete'> & {
  autoComplete: 'current-password' | 'new-password';
};

/** A password that can be shown, so nobody has to type it twice. */
export function PasswordField(props: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="password-field">
      <Field {...props} type={shown ? 'text' : 'password'} spellCheck={false} autoCapitalize="none" />
      {/* Its name is content rather than aria-label: it is no label of the field. */}
      <button type="button" className="password-toggle" onClick={() => setShown(!shown)}>
        <span aria-hidden="true">{shown ? words.hide : words.show}</span>
        <span className="visually-hidden">{shown ? words.hideNamed : words.showNamed}</span>
      </button>
    </div>
  );
}

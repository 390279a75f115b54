import { useId } from 'react';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { texts } from './texts/settings.ts';
import './secret-link.css';

/** A link that is shown once. */
export function SecretLink({ link }: { link: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{texts.members.linkLabel}</label>
      <div className="secret-link">
        <input id={id} className="input" readOnly value={link} onFocus={(event) => event.target.select()} />
        <CopyButton label={texts.members.copy} text={() => link} />
      </div>
    </div>
  );
}

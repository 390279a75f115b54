import { rights, type Scope, scopes } from '#wire/rights.ts';
import { texts } from './texts.ts';

const words = texts.dialog;

interface ScopeChoiceProps {
  value: readonly Scope[];
  error: string | undefined;
  onChange: (scopes: readonly Scope[]) => void;
}

/** What a token may do; the table of rights says in detail what that includes. */
export function ScopeChoice({ value, error, onChange }: ScopeChoiceProps) {
  const allowed = Object.values(rights).filter(({ scope }) => scope !== null && value.includes(scope));
  return (
    <fieldset className="token-group">
      <legend>{words.scopes}</legend>
      {scopes.map((scope) => (
        <label key={scope} className="token-option">
          <input
            type="checkbox"
            checked={value.includes(scope)}
            onChange={(event) => onChange(scopes.filter((each) => (each === scope ? event.target.checked : value.includes(each))))}
          />
          <span>
            {texts.scopes[scope].name}
            <span className="field-hint"> {texts.scopes[scope].about}</span>
          </span>
        </label>
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {allowed.length > 0 && (
        <details className="token-rights">
          <summary>{words.included(allowed.length)}</summary>
          <ul>
            {allowed.map(({ allows }) => (
              <li key={allows}>{allows}</li>
            ))}
          </ul>
        </details>
      )}
    </fieldset>
  );
}

import { texts as rightTexts } from '#wire/right-texts.ts';
import { isOpenToLimitedTokens, type RightName, rights, type Scope, scopes } from '#wire/rights.ts';
import { texts } from './texts.ts';

const words = texts.dialog;

const rightNames = Object.keys(rights) as RightName[];

function allows(right: RightName, chosen: readonly Scope[], limited: boolean): boolean {
  const { scope, of } = rights[right];
  return scope !== null && chosen.includes(scope) && (!limited || of === 'project' || isOpenToLimitedTokens(right));
}

interface ScopeChoiceProps {
  value: readonly Scope[];
  /** Whether the token is limited to projects. */
  limited: boolean;
  error: string | undefined;
  onChange: (scopes: readonly Scope[]) => void;
}

/** What a token may do; the table of rights says in detail what that includes. */
export function ScopeChoice({ value, limited, error, onChange }: ScopeChoiceProps) {
  const allowed = rightNames.filter((right) => allows(right, value, limited));
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
            {allowed.map((right) => (
              <li key={right}>{rightTexts[right]}</li>
            ))}
          </ul>
        </details>
      )}
    </fieldset>
  );
}

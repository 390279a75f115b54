import { useId } from 'react';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { texts } from './texts.ts';

export interface HeaderDraft {
  /** Identifies the row while rows are edited. */
  key: number;
  name: string;
  /** Empty for a stored header, whose value is never shown again. */
  value: string;
  isKept: boolean;
}

interface HeaderFieldsProps {
  headers: readonly HeaderDraft[];
  /** The problem of a header, by its index. */
  errorOf: (index: number) => string | undefined;
  onChange: (headers: HeaderDraft[]) => void;
}

const words = texts.dialog;

const MAX_HEADERS = 20;

/** Headers sent to a server with every request. */
export function HeaderFields({ headers, errorOf, onChange }: HeaderFieldsProps) {
  const id = useId();
  const edit = (key: number, changes: Partial<HeaderDraft>) =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...changes } : header)));
  const add = () => onChange([...headers, { key: Math.max(0, ...headers.map(({ key }) => key)) + 1, name: '', value: '', isKept: false }]);
  return (
    <fieldset className="field header-fields">
      <legend>{words.headers}</legend>
      {headers.map(({ key, name, value, isKept }, index) => {
        const error = errorOf(index);
        return (
          <div key={key} className="header-field">
            <input
              className="input"
              aria-label={words.headerName(index + 1)}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? `${id}-${key}` : undefined}
              placeholder={words.headerNamePlaceholder}
              autoComplete="off"
              spellCheck={false}
              value={name}
              readOnly={isKept}
              onChange={(event) => edit(key, { name: event.target.value })}
            />
            <input
              className="input"
              type="password"
              aria-label={words.headerValue(index + 1)}
              placeholder={isKept ? words.headerKept : words.headerValuePlaceholder}
              autoComplete="off"
              value={value}
              onChange={(event) => edit(key, { value: event.target.value })}
            />
            <IconButton
              icon="close"
              label={words.removeHeader(name || index + 1)}
              onClick={() => onChange(headers.filter((each) => each.key !== key))}
            />
            {error && (
              <p id={`${id}-${key}`} className="field-error">
                <Icon name="alert" />
                {error}
              </p>
            )}
          </div>
        );
      })}
      <div>
        <Button size="small" icon="plus" disabled={headers.length >= MAX_HEADERS} onClick={add}>
          {words.addHeader}
        </Button>
      </div>
    </fieldset>
  );
}

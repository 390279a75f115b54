import { explainRest, fieldError, hasCode } from '../format/explain.ts';
import { texts } from '../texts/content.ts';
import { Field } from './field.tsx';
import { Note } from './note.tsx';

export interface ServerValues {
  name: string;
  url: string;
  /** Empty keeps the stored one. */
  secret: string;
}

interface ServerFieldsProps {
  value: ServerValues;
  error: unknown;
  name: { placeholder: string; maxLength: number; error?: string | undefined };
  url: { label: string; placeholder: string; hint: string };
  /** `field` is its name in requests. */
  secret: { label: string; field: string; autoComplete: string; hint: string };
  /** Paths of the problems shown at further fields. */
  fieldPaths: readonly string[];
  onChange: (changes: Partial<ServerValues>) => void;
}

/** The name, address and secret of a server that people connect; other problems are shown above them. */
export function ServerFields({ value, error, name, url, secret, fieldPaths, onChange }: ServerFieldsProps) {
  const rest = hasCode(error, 'slug_taken') ? undefined : explainRest(error, ['name', 'url', secret.field, ...fieldPaths]);
  return (
    <>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label={texts.server.name}
        value={value.name}
        onChange={(event) => onChange({ name: event.target.value })}
        placeholder={name.placeholder}
        autoComplete="off"
        maxLength={name.maxLength}
        error={fieldError(error, 'name') ?? name.error}
      />
      <Field
        label={url.label}
        type="url"
        value={value.url}
        onChange={(event) => onChange({ url: event.target.value })}
        placeholder={url.placeholder}
        autoComplete="off"
        spellCheck={false}
        hint={url.hint}
        error={fieldError(error, 'url')}
      />
      <Field
        label={secret.label}
        type="password"
        value={value.secret}
        onChange={(event) => onChange({ secret: event.target.value })}
        autoComplete={secret.autoComplete}
        hint={secret.hint}
        error={fieldError(error, secret.field)}
      />
    </>
  );
}

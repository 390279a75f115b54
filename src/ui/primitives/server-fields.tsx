import { explainRest, fieldError, hasCode } from '../format/explain.ts';
import { Field } from './field.tsx';
import { Note } from './note.tsx';

export interface ServerValues {
  name: string;
  url: string;
  /** Empty keeps the one that is stored. */
  secret: string;
}

interface ServerFieldsProps {
  value: ServerValues;
  error: unknown;
  name: { placeholder: string; maxLength: number; error?: string | undefined };
  url: { label: string; placeholder: string; hint: string };
  /** `field` as requests call it. */
  secret: { label: string; field: string; autoComplete: string; hint: string };
  /** Paths of the problems that stand beside further fields. */
  fieldPaths: readonly string[];
  onChange: (changes: Partial<ServerValues>) => void;
}

/** What a server that people connect is called, where it is, and the secret with which it lets us in; above them what else is wrong. */
export function ServerFields({ value, error, name, url, secret, fieldPaths, onChange }: ServerFieldsProps) {
  const rest = hasCode(error, 'slug_taken') ? undefined : explainRest(error, ['name', 'url', secret.field, ...fieldPaths]);
  return (
    <>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label="Name"
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

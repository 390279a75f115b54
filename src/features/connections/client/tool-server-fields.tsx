import { useId } from 'react';
import { fieldError, hasCode } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { ServerFields, type ServerValues } from '#ui/primitives/server-fields.tsx';
import { type HeaderDraft, HeaderFields } from './header-fields.tsx';
import { texts } from './texts.ts';

const words = texts.dialog;

export interface ToolServerDraft extends ServerValues {
  slug: string;
  headers: HeaderDraft[];
  privateNetwork: boolean;
}

/** The problem of one header. A problem of the whole list is shown at the first. */
const headerError = (error: unknown, index: number) =>
  fieldError(error, `headers.${index}.name`) ??
  fieldError(error, `headers.${index}.value`) ??
  (index === 0 ? fieldError(error, 'headers') : undefined);

interface FieldsProps {
  value: ToolServerDraft;
  isOperator: boolean;
  error: unknown;
  tokenHint: string;
  urlHint: string;
  onChange: (changes: Partial<ToolServerDraft>) => void;
}

export function ToolServerFields({ value, isOperator, error, tokenHint, urlHint, onChange }: FieldsProps) {
  return (
    <>
      <ServerFields
        value={value}
        error={error}
        name={{ placeholder: words.namePlaceholder, maxLength: 100 }}
        url={{ label: words.address, placeholder: words.addressPlaceholder, hint: urlHint }}
        secret={{ label: words.token, field: 'token', autoComplete: 'off', hint: tokenHint }}
        fieldPaths={['slug', 'headers', ...value.headers.flatMap((_, index) => [`headers.${index}.name`, `headers.${index}.value`])]}
        onChange={onChange}
      />
      <HeaderFields headers={value.headers} errorOf={(index) => headerError(error, index)} onChange={(headers) => onChange({ headers })} />
      <Field
        label={words.slug}
        value={value.slug}
        onChange={(event) => onChange({ slug: event.target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={20}
        hint={words.slugHint(value.slug)}
        error={fieldError(error, 'slug') ?? (hasCode(error, 'slug_taken') ? words.slugTaken : undefined)}
      />
      {isOperator && <NetworkField value={value.privateNetwork} onChange={(privateNetwork) => onChange({ privateNetwork })} />}
    </>
  );
}

function NetworkField({ value, onChange }: { value: boolean; onChange: (allowed: boolean) => void }) {
  const id = useId();
  return (
    <div className="server-network">
      <input id={id} type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} aria-describedby={`${id}-hint`} />
      <div>
        <label htmlFor={id}>{words.privateNetwork}</label>
        <p id={`${id}-hint`} className="field-hint">
          {words.privateNetworkHint}
        </p>
      </div>
    </div>
  );
}

import type { KeyboardEvent, Ref } from 'react';

interface PlainInputProps {
  /** Also its placeholder, unless there is one. */
  label: string;
  placeholder?: string;
  name?: string;
  className?: string;
  field?: Ref<HTMLInputElement>;
  maxLength?: number;
  invalid?: boolean;
  describedBy?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
}

/** A field for text that nothing completes or corrects: a search, a path, a pattern. */
export function PlainInput({ label, placeholder = label, field, invalid, describedBy, value, onChange, ...rest }: PlainInputProps) {
  return (
    <input
      ref={field}
      type="text"
      aria-label={label}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      placeholder={placeholder}
      value={value}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      {...rest}
    />
  );
}

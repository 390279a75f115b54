import { useId } from 'react';
import { mayGrant } from '#wire/rights.ts';
import { type Role, role as roles } from '#wire/role.ts';
import { texts } from './texts/roles.ts';

interface RoleFieldProps {
  label: string;
  value: Role;
  /** The granting person's role, which is the highest they may grant. */
  own: Role;
  onChange: (role: Role) => void;
}

/** A choice of role, with what the chosen one may do. */
export function RoleField({ label, value, own, onChange }: RoleFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value}
        aria-describedby={`${id}-about`}
        onChange={(event) => onChange(event.target.value as Role)}
      >
        {grantable(own).map((role) => (
          <option key={role} value={role}>
            {texts.names[role]}
          </option>
        ))}
      </select>
      <p id={`${id}-about`} className="field-hint">
        {texts.about[value]}
      </p>
    </div>
  );
}

export const grantable = (own: Role): readonly Role[] => roles.options.filter((role) => mayGrant(own, role));

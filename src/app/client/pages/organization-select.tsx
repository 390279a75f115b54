import { useId } from 'react';
import type { User } from '#features/accounts/contract.ts';

interface OrganizationSelectProps {
  user: User;
  value: string;
  onChange: (organizationId: string) => void;
}

/** Renders nothing for a member of a single organization. */
export function OrganizationSelect({ user, value, onChange }: OrganizationSelectProps) {
  const id = useId();
  if (user.organizations.length < 2) return null;
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        Organization
      </label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {user.organizations.map((organization) => (
          <option key={organization.id} value={organization.id}>
            {organization.name}
          </option>
        ))}
      </select>
    </>
  );
}

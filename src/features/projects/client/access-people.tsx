import { useId } from 'react';
import type { ProjectMembers } from '#features/projects/contract.ts';
import { IconButton } from '#ui/primitives/button.tsx';
import { type ProjectRole, projectRole } from '#wire/role.ts';
import { texts as words } from './texts/access.ts';

export interface Person {
  userId: string;
  name: string;
  email: string;
}

interface PeopleFieldsProps {
  people: readonly Person[];
  members: ProjectMembers['members'];
  mayChange: boolean;
  onChange: (members: ProjectMembers['members']) => void;
}

/** The listed people with their roles in the project. */
export function PeopleFields({ people, members, mayChange, onChange }: PeopleFieldsProps) {
  const id = useId();
  const rest = people.filter(({ userId }) => members.every((member) => member.userId !== userId));
  const add = (userId: string) => {
    const person = people.find((each) => each.userId === userId);
    if (person) onChange([...members, { userId, name: person.name, email: person.email, role: 'member' }]);
  };
  return (
    <fieldset className="access-people" disabled={!mayChange}>
      <legend className="field-label">{words.people}</legend>
      {members.length === 0 && <p className="field-hint">{words.nobody}</p>}
      {members.map(({ userId, name, email, role }) => (
        <div key={userId} className="access-person">
          <span className="access-name">
            <span className="truncate">{name}</span>
            <span className="truncate field-hint">{email}</span>
          </span>
          <select
            className="select"
            aria-label={words.roleOf(name)}
            value={role}
            onChange={(event) =>
              onChange(members.map((each) => (each.userId === userId ? { ...each, role: event.target.value as ProjectRole } : each)))
            }
          >
            {projectRole.options.map((each) => (
              <option key={each} value={each}>
                {words.roles[each]}
              </option>
            ))}
          </select>
          {mayChange && (
            <IconButton
              size="small"
              icon="close"
              label={words.remove(name)}
              onClick={() => onChange(members.filter((each) => each.userId !== userId))}
            />
          )}
        </div>
      ))}
      {mayChange && rest.length > 0 && (
        <>
          <label htmlFor={id} className="visually-hidden">
            {words.add}
          </label>
          <select id={id} className="select" value="" onChange={(event) => add(event.target.value)}>
            <option value="">{words.add}</option>
            {rest.map(({ userId, name, email }) => (
              <option key={userId} value={userId}>
                {words.person(name, email)}
              </option>
            ))}
          </select>
        </>
      )}
    </fieldset>
  );
}

import type { Presence } from '#features/files/presence-contract.ts';
import { initialsOf } from '#ui/format/initials.ts';
import { texts } from '../texts.ts';
import './people.css';

/** More are counted. */
const MAX_SHOWN = 3;

/** Other people who have a file open, as their initials; each once, however many pages they have. */
export function People({ people, small }: { people: readonly Presence[]; small?: boolean }) {
  const names = [...new Map(people.map(({ userId, name }) => [userId, name])).values()];
  if (names.length === 0) return null;
  const shown = names.length > MAX_SHOWN ? names.slice(0, MAX_SHOWN - 1) : names;
  const label = texts.presence.here(names);
  return (
    <span className="people" data-small={small || undefined} title={label}>
      <span className="visually-hidden">{label}</span>
      {shown.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may be equal
        <span key={index} className="people-one" aria-hidden="true">
          {initialsOf(name)}
        </span>
      ))}
      {shown.length < names.length && (
        <span className="people-one" aria-hidden="true">
          +{names.length - shown.length}
        </span>
      )}
    </span>
  );
}

/** Patterns of policies. Each character of the text is looked at once for each place in the pattern, so none takes long. */

/** One place of a pattern. */
interface Place {
  takes(character: string): boolean;
  /** It may take several characters. */
  stays: boolean;
  /** It may take none. */
  skips: boolean;
  /** May the next place follow after this character? */
  leaves(character: string): boolean;
}

const always = () => true;
const isNoSlash = (character: string) => character !== '/';
const one = (takes: Place['takes']): Place => ({ takes, stays: false, skips: false, leaves: always });
const several = (takes: Place['takes']): Place => ({ takes, stays: true, skips: true, leaves: always });
/** Any number of whole segments, each with its slash. */
const segments: Place = { takes: always, stays: true, skips: true, leaves: (character) => character === '/' };

/**
 * `*` and `?` stay within a segment, `**` goes through any number of them. A pattern without a slash names files in any folder;
 * one that ends in a slash all that is below it.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const rooted = pattern.startsWith('/') ? pattern.slice(1) : pattern;
  const whole = rooted.endsWith('/') ? `${rooted}**` : rooted;
  const places = (whole.match(/\*\*+\/?|[\s\S]/gu) ?? []).map(toPlace);
  return matches(pattern.includes('/') ? places : [segments, ...places], path);
}

function toPlace(part: string): Place {
  if (part.startsWith('**')) return part.endsWith('/') ? segments : several(always);
  if (part === '*') return several(isNoSlash);
  return one(part === '?' ? isNoSlash : (character) => character === part);
}

/** Names of tools have no segments: `*` takes all. */
export const matchesName = (pattern: string, name: string): boolean =>
  matches(
    [...pattern].map((part) => (part === '*' ? several(always) : one((character) => part === '?' || character === part))),
    name,
  );

function matches(places: readonly Place[], text: string): boolean {
  let at = new Set<number>();
  arrive(places, 0, at);
  for (const character of text) {
    const next = new Set<number>();
    for (const index of at) {
      const place = places[index];
      if (!place?.takes(character)) continue;
      if (place.stays) next.add(index);
      if (place.leaves(character)) arrive(places, index + 1, next);
    }
    at = next;
  }
  return at.has(places.length);
}

/** At a place, and at those after it that may take nothing. */
function arrive(places: readonly Place[], index: number, at: Set<number>): void {
  at.add(index);
  if (places[index]?.skips) arrive(places, index + 1, at);
}

/**
 * Patterns of policies. A pattern is a row of places, and those that a text has come to are bits: each character takes a few steps
 * however many places there are. A policy has up to 200 patterns and a call may touch 5,000 paths, all of them someone's choice.
 */

const ANY = Symbol('any character');
const NO_SLASH = Symbol('any but a slash');

interface Place {
  takes: string | typeof ANY | typeof NO_SLASH;
  /** It may take none, or several. */
  several?: boolean;
  /** Several that are whole segments, each with its slash. */
  segments?: boolean;
}

const segments: Place = { takes: ANY, several: true, segments: true };

/**
 * `*` and `?` stay within a segment, `**` goes through any number of them. A pattern without a slash names files in any folder;
 * one that ends in a slash all that is below it. In NFC, as paths are.
 */
export function compilePath(pattern: string): Matches {
  const normal = pattern.normalize('NFC');
  const rooted = normal.startsWith('/') ? normal.slice(1) : normal;
  const whole = rooted.endsWith('/') ? `${rooted}**` : rooted;
  const places = (whole.match(/\*\*+\/?|[\s\S]/gu) ?? []).map(toPlace);
  return compile(normal.includes('/') ? places : [segments, ...places]);
}

export const matchesPath = (pattern: string, path: string): boolean => recall(paths, pattern, compilePath)(path);

function toPlace(part: string): Place {
  if (part.startsWith('**')) return part.endsWith('/') ? segments : { takes: ANY, several: true };
  if (part === '*') return { takes: NO_SLASH, several: true };
  return { takes: part === '?' ? NO_SLASH : part };
}

/** Names of tools have no segments: `*` takes all. */
export const matchesName = (pattern: string, name: string): boolean => recall(names, pattern, compileName)(name);

const compileName = (pattern: string): Matches =>
  compile([...pattern].map((part): Place => (part === '*' ? { takes: ANY, several: true } : { takes: part === '?' ? ANY : part })));

/** Those of a policy or a trigger are asked for again and again. */
type Matches = (text: string) => boolean;
const [names, paths] = [new Map<string, Matches>(), new Map<string, Matches>()];
const MAX_KNOWN = 1000;

function recall(known: Map<string, Matches>, pattern: string, compileIt: (pattern: string) => Matches): Matches {
  const matches = known.get(pattern) ?? compileIt(pattern);
  if (!known.has(pattern) && known.size >= MAX_KNOWN) known.clear();
  known.set(pattern, matches);
  return matches;
}

function compile(places: readonly Place[]): Matches {
  // One more than there are places: the end.
  const words = (places.length >> 5) + 1;
  const bitsOf = (has: (place: Place) => boolean): Int32Array => {
    const bits = new Int32Array(words);
    for (const [index, place] of places.entries()) if (has(place)) bits[index >> 5] = at(bits, index >> 5) | (1 << (index & 31));
    return bits;
  };
  const takersOf = (character: string) =>
    bitsOf(({ takes }) => takes === ANY || (takes === NO_SLASH ? character !== '/' : takes === character));
  const literals = places.flatMap(({ takes }) => (typeof takes === 'string' ? takes : []));
  const takers = new Map(['/', ...literals].map((character) => [character, takersOf(character)]));
  const takersOfOthers = takersOf('');
  const several = bitsOf((place) => place.several === true);
  const whole = bitsOf((place) => place.segments === true);
  const [prefix, suffix] = [literalStart(places), [...literalStart(places.toReversed())].reverse().join('')];

  return (text) => {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    const reached = new Int32Array(words);
    advance(reached, new Int32Array(words), several, new Int32Array(words), 1);
    for (const character of text) {
      const staying = character === '/' ? nothing : whole;
      advance(reached, takers.get(character) ?? takersOfOthers, several, staying, 0);
    }
    return ((at(reached, places.length >> 5) >>> (places.length & 31)) & 1) === 1;
  };
}

const nothing = new Int32Array(0);
const at = (bits: Int32Array, word: number): number => bits[word] ?? 0;

/** One character on. @param staying places that are not left by it @param carry 1 to arrive at the first place */
function advance(reached: Int32Array, takers: Int32Array, several: Int32Array, staying: Int32Array, carry: number): void {
  for (let word = 0; word < reached.length; word++) {
    const taken = at(reached, word) & at(takers, word);
    const left = taken & ~at(staying, word);
    let arrived = (left << 1) | carry;
    carry = left >>> 31;
    // On beyond places that may take nothing.
    for (let skipped = arrived & at(several, word); skipped !== 0; ) {
      const next = skipped << 1;
      carry |= skipped >>> 31;
      skipped = next & at(several, word) & ~arrived;
      arrived |= next;
    }
    reached[word] = (taken & at(several, word)) | arrived;
  }
}

/** What it begins with, up to the first wildcard. */
function literalStart(places: readonly Place[]): string {
  const end = places.findIndex(({ takes }) => typeof takes !== 'string');
  return places
    .slice(0, end < 0 ? places.length : end)
    .map(({ takes }) => takes)
    .join('');
}

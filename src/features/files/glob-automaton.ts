/**
 * Matches texts with patterns by simulating an automaton. A pattern is a sequence of places, and the set of places reached is a bit set:
 * each character takes a few steps per 32 places, wherever the wildcards are. A policy has up to 200 patterns, a call may touch 5,000 paths
 * and a project has more, all chosen by users.
 */
export const ANY = Symbol('any character');
export const NOT_SLASH = Symbol('any but a slash');
const NONE = Symbol('none');

/** @returns whether the class contains this character */
export type CharacterClass = (character: string) => boolean;

export interface Place {
  takes: string | typeof ANY | typeof NOT_SLASH | typeof NONE | CharacterClass;
  /** Matches zero or more characters. */
  several?: boolean;
  /** Matches zero or more whole segments, each with its slash. */
  segments?: boolean;
}

export type Matches = (text: string) => boolean;

/** Ends a pattern; in a sequence with several patterns, a text may match any of them. */
export const END: Place = { takes: NONE };

/** Characters whose matching places are cached, for classes that must be called. */
const MAX_TAKERS = 1000;

/** @param places of one pattern or several, each followed by `END` */
export function compile(places: readonly Place[]): Matches {
  const words = (places.length >> 5) + 1;
  const bitsOf = (has: (place: Place, index: number) => boolean): Int32Array => {
    const bits = new Int32Array(words);
    for (const [index, place] of places.entries()) if (has(place, index)) bits[index >> 5] = at(bits, index >> 5) | (1 << (index & 31));
    return bits;
  };
  const takersOf = (character: string) => bitsOf(({ takes }) => doesTake(takes, character));
  const literals = new Set(['/', ...places.flatMap(({ takes }) => (typeof takes === 'string' ? takes : []))]);
  const takers = new Map([...literals].map((character) => [character, takersOf(character)]));
  const takersOfOthers = takersOf('');
  const hasClass = places.some(({ takes }) => typeof takes === 'function');

  function takersOfUnknown(character: string): Int32Array {
    if (!hasClass) return takersOfOthers;
    const found = takersOf(character);
    if (takers.size < MAX_TAKERS) takers.set(character, found);
    return found;
  }

  const several = bitsOf((place) => place.several === true);
  const whole = bitsOf((place) => place.segments === true);
  const ends = bitsOf((place) => place === END);
  const starts = startsOf(places, bitsOf);
  const isOne = places.indexOf(END) === places.length - 1;
  const [prefix, suffix] = isOne
    ? [literalStart(places), [...literalStart(places.slice(0, -1).toReversed())].reverse().join('')]
    : ['', ''];

  return (text) => {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    const reached = starts.slice();
    for (const character of text)
      advance(reached, takers.get(character) ?? takersOfUnknown(character), several, character === '/' ? nothing : whole);
    return reached.some((bits, word) => (bits & at(ends, word)) !== 0);
  };
}

function doesTake(takes: Place['takes'], character: string): boolean {
  if (typeof takes === 'function') return takes(character);
  return takes === ANY || (takes === NOT_SLASH ? character !== '/' : takes === character);
}

const nothing = new Int32Array(0);
const at = (bits: Int32Array, word: number): number => bits[word] ?? 0;

/** The first place of each pattern, and the ones after places that may match nothing. */
function startsOf(places: readonly Place[], bitsOf: (has: (place: Place, index: number) => boolean) => Int32Array): Int32Array {
  const reached = new Set<number>();
  for (const [index] of places.entries())
    if (index === 0 || places[index - 1] === END || (reached.has(index - 1) && places[index - 1]?.several)) reached.add(index);
  return bitsOf((_, index) => reached.has(index));
}

/** Advances by one character. @param staying places that remain reached */
function advance(reached: Int32Array, takers: Int32Array, several: Int32Array, staying: Int32Array): void {
  let carry = 0;
  for (let word = 0; word < reached.length; word++) {
    const taken = at(reached, word) & at(takers, word);
    const left = taken & ~at(staying, word);
    let arrived = (left << 1) | carry;
    carry = left >>> 31;
    // Continues past places that may match nothing.
    for (let skipped = arrived & at(several, word); skipped !== 0; ) {
      const next = skipped << 1;
      carry |= skipped >>> 31;
      skipped = next & at(several, word) & ~arrived;
      arrived |= next;
    }
    reached[word] = (taken & at(several, word)) | arrived;
  }
}

/** The literal prefix, up to the first wildcard. */
function literalStart(places: readonly Place[]): string {
  const end = places.findIndex(({ takes }) => typeof takes !== 'string');
  return places
    .slice(0, end < 0 ? places.length : end)
    .map(({ takes }) => takes)
    .join('');
}

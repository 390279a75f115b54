/**
 * Characters that make text read differently from what it is: those that change its direction (CVE-2021-42574) and invisible ones.
 * Names and paths are shown with them marked, `report_⟨U+202E⟩fdp.sh`, and new ones must not contain them. What a script or an emoji
 * needs is allowed: joiners between Persian or Devanagari letters, in 👩‍💻, the tags of 🏴󠁧󠁢󠁳󠁣󠁴󠁿, one variation selector.
 */

/** Whitespace, and characters that render as nothing in its place. */
const BLANK = String.raw`\s\u2800`;
const FILLER = String.raw`\u115f\u1160\u17b4\u17b5\u3164\uffa0`;
const HIDDEN = String.raw`[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb${FILLER}]|(?![\t\n\r])\p{Cc}`;

const VARIED = String.raw`[\p{Script=Han}\p{Math}\p{Script=Myanmar}\p{Script=Phags_Pa}][\ufe00-\ufe0f]|\p{Script=Han}[\u{e0100}-\u{e01ef}]|\p{Script=Mongolian}[\u180b-\u180f]`;
const PICTURE = String.raw`\p{Extended_Pictographic}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?`;
const EMOJI = String.raw`${PICTURE}(?:\u200d${PICTURE})*|[#*0-9]\ufe0f\u20e3`;
/** In these scripts a joiner changes the shape of letters; in others it is invisible. */
const joined = ['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu'];
const others = ['Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan', 'Javanese', 'Balinese'];
const JOINED = `[${[...joined, ...others].map((script) => String.raw`\p{Script_Extensions=${script}}`).join('')}]`;

const between = (letter: string) => `(?<=${letter})[\\u200c\\u200d](?=${letter})`;
const flag = (tags: string) => String.raw`\u{1f3f4}${tags}\u{e007f}`;
/** `gbeng`, `gbsct`, `gbwls`: all others render as a black flag. */
const KNOWN_FLAG = flag(
  String.raw`\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})`,
);
const ANY_FLAG = flag(String.raw`[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}`);

const anyHidden = new RegExp(HIDDEN, 'u');
const marked = new RegExp(`${KNOWN_FLAG}|${EMOJI}|${VARIED}|${between(JOINED)}|(?<hidden>${HIDDEN})`, 'gu');
const refused = new RegExp(`${ANY_FLAG}|${EMOJI}|${VARIED}|${between(String.raw`[\p{L}\p{M}]`)}|(?<hidden>${HIDDEN}|[\\t\\n\\r])`, 'gu');
/** At either end, after other whitespace, or a character that looks like a space but is another. */
const oddBlank = new RegExp(String.raw`(?<=^|[${BLANK}])[${BLANK}]|[${BLANK}]+$|(?![ \u3000])[${BLANK}]`, 'gu');
const isOdd = new RegExp(`^[${BLANK}]|[${BLANK}]$`, 'u');

const mark = (text: string): string =>
  Array.from(text, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`).join('');

/** For any text, such as lines of a file or tool arguments. @returns the same text if all of it is visible */
export function markHidden(text: string): string {
  if (!anyHidden.test(text)) return text;
  return text.replaceAll(marked, (found, ...rest) => ((rest.at(-1) as { hidden?: string }).hidden === undefined ? found : mark(found)));
}

/** A name on one line: unnoticeable whitespace is marked, too. */
export const markName = (name: string): string => markHidden(name).replaceAll(oddBlank, mark);

/** As a name, folder by folder. */
export const markPath = (path: string): string => path.split('/').map(markName).join('/');

/** What is wrong with a chosen name: one of its characters, by its number, or a blank at either end. */
export type NameProblem = { kind: 'direction' | 'invisible'; character: string } | { kind: 'blank' };

export function nameProblem(name: string): NameProblem | undefined {
  for (const { groups } of name.matchAll(refused)) {
    const { hidden } = groups ?? {};
    if (hidden === undefined) continue;
    return { kind: /\p{Bidi_Control}/u.test(hidden) ? 'direction' : 'invisible', character: mark(hidden).slice(1, -1) };
  }
  return isOdd.test(name) ? { kind: 'blank' } : undefined;
}

/** Compares a name typed as a confirmation: invisible characters need not be typed. */
export function isTypedName(typed: string, name: string): boolean {
  const plain = withoutHidden(name);
  return plain === '' ? typed.trim() === markName(name) : [plain, markName(name)].includes(withoutHidden(typed));
}

/** Derives a name from text written for another purpose. */
export const withoutHidden = (text: string): string =>
  text.replaceAll(refused, (found, ...rest) => ((rest.at(-1) as { hidden?: string }).hidden === undefined ? found : '')).trim();

/**
 * Characters that turn the direction of text are shown by their numbers where people decide about it: a line would otherwise read
 * in another order than a program reads it (CVE-2021-42574).
 */
export const showTurns = (text: string): string =>
  text.replaceAll(/\p{Bidi_Control}/gu, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

/** What is wrong with paths, globs and other inputs about files. */
import type { NameProblem } from '#wire/hidden-characters.ts';

export const texts = {
  noPath: 'Enter a path, for example src/main.ts.',
  notUnicode: 'The path is not well-formed Unicode.',
  tooLong: (max: number) => `The path is longer than ${max} bytes.`,
  leadingSlash: 'The path must be relative to the project: remove the leading slash.',
  controlCharacter: 'The path contains a control character.',
  backslash: 'Use / to separate folders, not a backslash.',
  emptySegment: 'The path has an empty segment (two slashes in a row, or one at the end).',
  dotSegment: (segment: string) => `The path must not contain "${segment}" as a segment.`,
  invalidCharacter: 'The path contains an invalid character.',
  name: (name: string, problem: NameProblem): string => {
    if (problem.kind === 'blank') return `The name “${name}” begins or ends with a blank. Leave it out.`;
    return problem.kind === 'direction'
      ? `The name “${name}” contains a character that turns the direction of text (${problem.character}). Leave it out.`
      : `The name “${name}” contains an invisible character (${problem.character}). Leave it out.`;
  },
  glob: {
    noCharacter: (token: string) => `${token} names no character.`,
    backwards: (from: string, to: string, token: string) => `${from}-${to} in ${token} is a range whose end comes before its beginning.`,
    tooMany: 'It expands to too many patterns. Use fewer alternatives.',
  },
  arrange: {
    none: 'Name at least one file or folder.',
    tooMany: (max: number) => `Name at most ${max.toLocaleString('en')} files and folders.`,
  },
  search: {
    empty: 'Write what to look for.',
    tooLong: (max: number) => `Use at most ${max} characters.`,
    notText: 'This contains a character that no text has.',
  },
};

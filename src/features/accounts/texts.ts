/** What is wrong with an input about accounts, and with names and addresses everywhere. */
import type { NameProblem } from '#wire/hidden-characters.ts';

export const texts = {
  empty: 'This cannot be empty.',
  tooLong: (max: number) => `Use at most ${max} characters.`,
  controlCharacters: 'Control characters are not allowed.',
  notUnicode: 'This is not well-formed Unicode.',
  name: (problem: NameProblem): string => {
    if (problem.kind === 'blank') return 'This name begins or ends with a blank. Leave it out.';
    return problem.kind === 'direction'
      ? `This name contains a character that turns the direction of text (${problem.character}). Leave it out.`
      : `This name contains an invisible character (${problem.character}). Leave it out.`;
  },
  email: 'Enter a valid email address, for example ada@example.com.',
  password: {
    tooShort: 'Use at least 8 characters.',
    tooLong: (max: number) => `Use at most ${max.toLocaleString('en')} characters.`,
    notUsable: 'This contains a character that cannot be used.',
    enter: 'Enter your password.',
  },
};

/** What is wrong with an input about files. */
import type { NameProblem } from '#wire/hidden-characters.ts';

export const texts = {
  name: (name: string, problem: NameProblem): string => {
    if (problem.kind === 'blank') return `The name “${name}” begins or ends with a blank. Leave it out.`;
    return problem.kind === 'direction'
      ? `The name “${name}” contains a character that turns the direction of text (${problem.character}). Leave it out.`
      : `The name “${name}” contains an invisible character (${problem.character}). Leave it out.`;
  },
};

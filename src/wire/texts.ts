/**
 * What screens and API say of things that belong to no feature. Texts are read when they are shown, never when a file is loaded, so that
 * each may be in the language of its reader.
 */
export const texts = {
  /** Somebody whose account is gone, where a name stands. */
  formerMember: 'a former member',
  unreachable: 'The server cannot be reached. Check the connection and try again.',
  noReason: (status: number) => `The server answered ${status} without saying why. Try again in a moment.`,
  /** About one field of an input. */
  input: {
    atMost: (characters: number) => `Use at most ${characters.toLocaleString('en')} characters.`,
    notStorable: 'This contains a character that cannot be stored.',
    number: 'Use a number.',
    wholeNumber: 'Use a whole number.',
    atLeastOne: 'Use at least 1.',
    moreThanZero: 'Use more than 0.',
    atMostNumber: (most: number) => `Use at most ${most.toLocaleString('en')}.`,
  },
};

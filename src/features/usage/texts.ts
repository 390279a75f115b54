/** What is wrong with an input about usage. */
export const texts = {
  day: 'Choose a day after 1999.',
};

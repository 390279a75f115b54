/** What is wrong with an input about projects. */
export const texts = {
  personTwice: 'List each person once.',
};

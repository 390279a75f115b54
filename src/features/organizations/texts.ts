/** What is wrong with an input about organizations. */
export const texts = {
  projectTwice: 'List each project once.',
};

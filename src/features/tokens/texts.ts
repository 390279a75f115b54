/** What is wrong with an input about tokens. */
export const texts = {
  noScope: 'Choose at least one scope.',
  scopeTwice: 'List each scope once.',
  noProject: 'List at least one project, or leave this out.',
};

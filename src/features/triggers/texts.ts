/** What is wrong with an input about triggers. */
export const texts = {
  noPath: 'Name a path or a pattern, such as docs or **/*.md; ** is the whole project.',
  pattern: 'Use *, ** and ? only; make two triggers instead of {a,b} or [ab].',
  nothing: 'Name what is to change.',
};

/** What is wrong with a policy that was entered. */
export const texts = {
  noTool: 'Name a tool, or * for any.',
  noPath: 'Name a path.',
  patternTooLong: (max: number) => `A pattern has at most ${max} characters.`,
  pattern: 'Use *, ** and ? only; write two rules instead of {a,b} or [ab].',
  less: 'Use less.',
  tooManyRules: (max: number) => `A policy has at most ${max} rules.`,
  atMostYear: 'Use at most 8,760 (a year).',
};

/** What today’s usage against the daily budgets says. Apart from the usage page, since other pages show it. */
export const texts = {
  title: 'Used today',
  about: 'Since midnight UTC, by all runs. A budget that is reached lets runs pause and ask.',
  policy: 'Policy and budgets',
  table: 'By organization, project and person',
  cost: 'Cost',
  ofDollars: 'of US$ a day',
  tokens: 'Tokens',
  ofTokens: 'of tokens a day',
  organization: 'The organization',
  projects: 'Projects',
  people: 'People',
  raised: 'raised for today',
  reached: 'budget reached',
  dollars: (amount: string) => `US$ ${amount}`,
  unknown: 'no price known',
  tiny: 'below US$ 0.01',
} as const;

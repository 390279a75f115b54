/** What the choice of a model says, wherever a run is set up. Apart from the settings, which only one page loads. */
export const texts = {
  model: 'Model',
  loading: 'Loading…',
  notAvailable: 'Not available',
  chosenNotAvailable: (model: string) => `${model}, not available`,
  demo: 'Answers come from a built-in demo, not from a language model.',
  connect: 'Connect a model',
} as const;

/** What is said about the input of a tool call. */
export const texts = {
  input: 'Input',
  rawInput: 'Raw input',
  noInput: 'No input.',
  tooDeep: 'This input is nested too deeply to be shown here. Export the run to see it.',
} as const;

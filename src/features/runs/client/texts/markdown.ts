/** What a model’s text says that the model did not write. */
export const texts = {
  /** A code block without a language. */
  plainText: 'Text',
  copyCode: 'Copy code',
  code: (language: string) => `Code, ${language}`,
  table: 'Table',
  footnotes: 'Footnotes',
  footnote: (number: number) => `Footnote ${number}`,
  formula: 'Formula',
  picture: 'Picture',
} as const;

/** What is wrong with an input about providers. */
const anyOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export const texts = {
  kind: (ids: readonly string[]) => `Choose ${anyOf.format(ids)}.`,
  url: 'Write an address such as https://models.example.com/v1.',
  urlCharacters: 'An address has no spaces and no control characters.',
  urlParts: 'Write the address without a query, a fragment or a password.',
  slug: 'Use up to 40 small letters, digits and hyphens.',
  reserved: 'This one belongs to the server’s environment. Choose another one.',
  noKey: 'Enter the key.',
  key: 'A key has letters, digits and signs, and no spaces.',
  tooManyModels: (max: number) => `Enter at most ${max} models.`,
  /** @param end of the path, such as /v1 */
  noUrl: (end: string) => `Enter the address of the server, up to and including ${end}.`,
  nothing: 'Say what to change: name, url, key or models.',
};

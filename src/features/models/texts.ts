import type { ProviderKindId } from './kinds/kinds.ts';

interface KindTexts {
  /** In the list of kinds, and the name suggested for a provider of a kind with its own address. */
  readonly label: string;
  /** The same inside a sentence. */
  readonly phrase: string;
}

const kinds: Readonly<Record<ProviderKindId, KindTexts>> = {
  openai: { label: 'OpenAI', phrase: 'OpenAI' },
  anthropic: { label: 'Anthropic', phrase: 'Anthropic' },
  compatible: { label: 'OpenAI-compatible server', phrase: 'any server that speaks OpenAI’s protocol' },
};

const anyOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });
const either = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** Words about models that server and client share. */
export const texts = {
  kinds,
  either: (phrases: readonly string[]) => either.format(phrases),
  /** What is wrong with an input about models and providers. */
  input: {
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
    dollars: 'a number of US dollars',
    negative: 'Prices are not negative.',
    tooExpensive: 'This is more than any model costs.',
    tooManyPrices: 'These are too many prices.',
  },
};

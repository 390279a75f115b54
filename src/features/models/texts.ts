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

const either = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** Words about models that server and client share. */
export const texts = {
  kinds,
  either: (phrases: readonly string[]) => either.format(phrases),
} as const;

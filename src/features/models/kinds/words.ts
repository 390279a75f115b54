/** The provider kinds inside a sentence. */
import { texts } from '../texts.ts';
import { providerKinds } from './kinds.ts';

/** `OpenAI, Anthropic, or any server that speaks OpenAI’s protocol` */
export const kindsInWords = texts.either(providerKinds.map(({ id }) => texts.kinds[id].phrase));
/** `OpenAI or Anthropic` */
export const kindsWithKeyInWords = texts.either(providerKinds.filter(({ key }) => key.required).map(({ id }) => texts.kinds[id].phrase));

/** The draft of the model settings, with prices as typed. */
import type { ModelSettings } from '#features/models/contract.ts';
import { texts } from './texts/settings.ts';

export interface TypedPrice {
  input: string;
  output: string;
}

export interface Draft {
  allowed: readonly string[] | null;
  default: string | null;
  fallback: string | null;
  prices: Readonly<Record<string, TypedPrice>>;
}

export const draftOf = ({ prices, ...rest }: ModelSettings): Draft => ({
  ...rest,
  prices: Object.fromEntries(
    Object.entries(prices).map(([id, { input, output }]) => [id, { input: String(input), output: String(output) }]),
  ),
});

/** @returns the settings, and the problem of each invalid price by model id */
export function settingsOf({ prices, allowed, ...rest }: Draft): { settings: ModelSettings; wrong: ReadonlyMap<string, string> } {
  const validPrices: [id: string, price: ModelSettings['prices'][string]][] = [];
  const wrong = new Map<string, string>();
  for (const [id, typed] of Object.entries(prices)) {
    if (typed.input.trim() === '' && typed.output.trim() === '') continue;
    const [input, output] = [readDollars(typed.input), readDollars(typed.output)];
    if (input === undefined || output === undefined) wrong.set(id, texts.models.wrongPrice);
    else validPrices.push([id, { input, output }]);
  }
  return { settings: { ...rest, allowed: allowed && [...allowed], prices: Object.fromEntries(validPrices) }, wrong };
}

function readDollars(text: string): number | undefined {
  const plain = text.trim().replace(/^\$/, '').replace(',', '.');
  return /^\d{1,6}(?:\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}

export const isSame = (one: Draft, other: Draft): boolean => JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));

const comparable = ({ allowed, prices, ...rest }: Draft) => [
  rest.default,
  rest.fallback,
  allowed && [...allowed].sort(),
  Object.entries(prices)
    .filter(([, { input, output }]) => input.trim() + output.trim() !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { input, output }]) => [id, input, output]),
];

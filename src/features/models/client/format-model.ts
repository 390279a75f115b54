import type { Model } from '#features/models/contract.ts';
import { formatNumber } from '#ui/format/figure.ts';

/** 1 050 000 to `1.05M`, 32 000 to `32k`. */
export function formatTokens(tokens: number): string {
  if (tokens >= 1_000_000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1000 ? `${formatNumber(Math.round(tokens / 1000))}k` : String(tokens);
}

export const byProvider = <M extends Model>(models: readonly M[]): [provider: string, models: M[]][] => [
  ...Map.groupBy(models, (model) => model.provider),
];

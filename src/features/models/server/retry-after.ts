/** Longest wait for a provider, whatever it asks for. */
const MAX_MS = 60 * 60_000;

/**
 * When a provider asks for a retry: `retry-after-ms`, or `retry-after` as seconds or as a date (RFC 9110, 10.2.3).
 * @param headers with lower-case names
 * @returns ms from now; undefined if not given
 */
export function readRetryAfter(headers: Record<string, string>, now = Date.now()): number | undefined {
  const milliseconds = numberOf(headers['retry-after-ms']);
  if (milliseconds !== undefined) return within(milliseconds);
  const text = headers['retry-after']?.trim();
  const seconds = numberOf(text);
  if (seconds !== undefined) return within(seconds * 1000);
  const date = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : within(date - now);
}

const numberOf = (text: string | undefined) => (text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined);
const within = (milliseconds: number) => Math.min(Math.max(0, Math.ceil(milliseconds)), MAX_MS);

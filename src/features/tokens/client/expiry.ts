/** Days until a token expires. */
export const expiries = [7, 30, 90, 365, 'never'] as const;
export type Expiry = (typeof expiries)[number];

const DAY_MS = 86_400_000;

/** @returns undefined: never */
export const expiresAt = (expiry: Expiry, now = Date.now()): string | undefined =>
  expiry === 'never' ? undefined : new Date(now + expiry * DAY_MS).toISOString();

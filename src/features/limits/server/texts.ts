/** Problems of requests that exceed a limit. */
interface RateLimited {
  /** Of the limit, as in the headers. */
  name: string;
  limit: number;
  windowMs: number;
  /** Until requests are allowed again. */
  seconds: number;
}

function formatWindow(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return Number.isInteger(minutes) ? `${minutes} min` : `${milliseconds / 1000} s`;
}

export const texts = {
  problems: {
    rateLimited: ({ name, limit, windowMs, seconds }: RateLimited) =>
      `Too many requests (limit "${name}": ${limit} in ${formatWindow(windowMs)}). Try again in ${seconds} s.`,
    tooManyTries: (seconds: number) =>
      `Too many wrong passwords were tried for this account, perhaps by somebody else. Try again in ${seconds} s, or in a browser in which you have signed in to it before.`,
  },
};

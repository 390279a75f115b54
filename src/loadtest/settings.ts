/** What a load test takes from the environment. */
import * as z from 'zod';

const whole = (max: number) =>
  z.coerce
    .number('a whole number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(max, `at most ${max.toLocaleString('en')}`);

const environment = z.object({
  USERS: whole(10_000).default(50),
  /** Seconds in which steps begin; those under way are waited for. */
  DURATION: whole(86_400).default(60),
  TARGET_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://guildhall.example.com' })
    .transform((url) => new URL(url).origin)
    .optional(),
});

export interface Settings {
  users: number;
  seconds: number;
  /** Origin of a server that runs already; without one the test starts its own. */
  targetUrl: string | undefined;
}

/** @throws Error that lists everything that is wrong, at once */
export function readSettings(variables: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')} must be ${issue.message}.`).join('\n'));
  return { users: parsed.data.USERS, seconds: parsed.data.DURATION, targetUrl: parsed.data.TARGET_URL };
}

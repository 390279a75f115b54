/** What the checks of settings say. */
export const texts = {
  environment: {
    ok: (count: number) => (count === 1 ? '1 variable is set and valid.' : `${count} variables are set and valid.`),
    invalid: (message: string) => ({
      detail: `${message}.`,
      advice:
        'Correct it in the environment or in .env; docs/configuration.md describes each variable. The server does not start until then.',
    }),
  },
  productionMode: {
    ok: 'NODE_ENV is production.',
    development: {
      detail: 'NODE_ENV is not production: limits are raised, errors are less strict, and secrets may be generated.',
      advice: 'Set NODE_ENV=production where people work with this installation.',
    },
  },
  secrets: {
    ok: (name: string) => `${name} is random and long enough.`,
    generated: (name: string) => `${name} is not set, so development uses one that it generated.`,
    rotating: (name: string, count: number) => `${name} has ${count} values, all random and long enough: a rotation is under way.`,
    noEncryptionKey: {
      detail: 'ENCRYPTION_KEY is not set: keys of models, tokens of tools and secrets of webhooks cannot be stored.',
      advice: 'Make one with: openssl rand -base64 48. Set it on every server, and keep a copy apart from the backups.',
    },
  },
  rateLimits: {
    standard: 'All limits are the standard ones.',
    development: (multiplier: number) => `Outside production, all limits are multiplied by ${multiplier}.`,
    chosen: (list: string) => `Set differently from the standard: ${list}.`,
    raised: (multiplier: number) => ({
      detail: `RATE_LIMIT_MULTIPLIER multiplies all limits by ${multiplier}.`,
      advice: 'Remove RATE_LIMIT_MULTIPLIER, which is meant for load tests.',
    }),
    tooHigh: (list: string) => ({
      detail: `More than ten times the standard: ${list}. Such a limit stops nobody.`,
      advice: 'Lower these RATE_LIMIT variables, or remove them for the standard limits.',
    }),
  },
  logLevel: {
    ok: (level: string) => `Log lines from the level ${level} on are written to standard output.`,
    silent: (level: string) => ({
      detail: `LOG_LEVEL is ${level}: problems leave no trace in the log.`,
      advice: 'Set LOG_LEVEL=info, or remove it.',
    }),
    chatty: (level: string) => ({
      detail: `LOG_LEVEL is ${level}: the log grows by several lines for each request.`,
      advice: 'Set LOG_LEVEL=info, or remove it, once you have found what you were looking for.',
    }),
  },
};

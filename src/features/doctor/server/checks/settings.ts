/** Settings: what the environment says, before anything is tried. */
import { type Check, type Finding, failed, ok, warning } from '../check.ts';
import type { Subject } from '../subject.ts';
import { texts } from '../texts/settings.ts';

const SECRETS = ['SESSION_SECRET', 'ENCRYPTION_KEY'];

/** The guide's limits, per window in seconds. */
const STANDARD_RATES: Subject['settings']['rates'] = {
  api: { max: 100, windowMs: 900_000 },
  auth: { max: 5, windowMs: 900_000 },
  agent: { max: 10, windowMs: 60_000 },
  autonomy: { max: 5, windowMs: 60_000 },
  devmode: { max: 20, windowMs: 60_000 },
  webhook: { max: 60, windowMs: 60_000 },
};
const TOO_HIGH = 10;

const invalid = ({ problems }: Subject, ofVariable: (variable: string) => boolean): Finding[] =>
  problems
    .filter(({ variable }) => ofVariable(variable))
    .map(({ message }) => failed(texts.environment.invalid(message.replace(/\.$/, ''))));

function checkSecret(subject: Subject, name: string, values: readonly string[]): Finding | Finding[] {
  const problems = invalid(subject, (variable) => variable === name);
  if (problems.length > 0) return problems;
  if (!subject.variables[name]?.trim()) return ok(texts.secrets.generated(name));
  return ok(values.length > 1 ? texts.secrets.rotating(name, values.length) : texts.secrets.ok(name));
}

/** A limiter's requests per second, relative to the standard. */
function factorOf({ settings: { rates } }: Subject, name: keyof typeof STANDARD_RATES): number {
  const [rate, standard] = [rates[name], STANDARD_RATES[name]];
  return rate.max / rate.windowMs / (standard.max / standard.windowMs);
}

function checkRates(subject: Subject): Finding {
  const { production, rateMultiplier, rates } = subject.settings;
  if (production && rateMultiplier !== 1) return warning(texts.rateLimits.raised(rateMultiplier));
  const names = Object.keys(STANDARD_RATES) as (keyof typeof STANDARD_RATES)[];
  const list = (chosen: typeof names) =>
    chosen.map((name) => `RATE_LIMIT_${name.toUpperCase()}=${rates[name].max}/${rates[name].windowMs / 1000}s`).join(', ');
  const different = names.filter(
    (name) => rates[name].max !== STANDARD_RATES[name].max || rates[name].windowMs !== STANDARD_RATES[name].windowMs,
  );
  const tooHigh = different.filter((name) => factorOf(subject, name) > TOO_HIGH);
  if (tooHigh.length > 0) return warning(texts.rateLimits.tooHigh(list(tooHigh)));
  if (different.length > 0) return ok(texts.rateLimits.chosen(list(different)));
  return ok(rateMultiplier === 1 ? texts.rateLimits.standard : texts.rateLimits.development(rateMultiplier));
}

export const settingsChecks: readonly Check[] = [
  {
    code: 'environment',
    run(subject) {
      const problems = invalid(subject, (variable) => !SECRETS.includes(variable));
      if (problems.length > 0) return problems;
      return ok(texts.environment.ok(subject.knownVariables.filter((name) => subject.variables[name]?.trim()).length));
    },
  },
  {
    code: 'production_mode',
    run: ({ settings }) => (settings.production ? ok(texts.productionMode.ok) : warning(texts.productionMode.development)),
  },
  { code: 'session_secret', run: (subject) => checkSecret(subject, 'SESSION_SECRET', subject.settings.sessionSecrets) },
  {
    code: 'encryption_key',
    run(subject) {
      const { production, encryptionKeys } = subject.settings;
      if (production && encryptionKeys.length === 0) return warning(texts.secrets.noEncryptionKey);
      return checkSecret(subject, 'ENCRYPTION_KEY', encryptionKeys);
    },
  },
  { code: 'rate_limits', run: checkRates },
  {
    code: 'log_level',
    run({ settings: { logLevel } }) {
      if (logLevel === 'silent') return warning(texts.logLevel.silent(logLevel));
      return logLevel === 'trace' || logLevel === 'debug' ? warning(texts.logLevel.chatty(logLevel)) : ok(texts.logLevel.ok(logLevel));
    },
  },
];

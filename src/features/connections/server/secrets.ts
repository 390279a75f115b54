/** Removes credentials from what a tool server sends: that goes to logs, models and exports, and to all their readers. */

const REMOVED = '[secret removed]';
/** Shorter values are not secret, and occur in any text. */
const MIN_LENGTH = 6;

/** @param secrets tokens, header values, URL parameters; matches the encodings in which servers repeat them */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(
    secrets
      .flatMap(partsOf)
      .flatMap(formsOf)
      .filter(({ length }) => length >= MIN_LENGTH),
  );
  if (forms.size === 0) return (text) => text;
  // Longest first: one may be part of another.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((form) => RegExp.escape(form)).join('|'), 'g');
  return (text) => text.replace(pattern, REMOVED);
}

/** A header value is usually a scheme and a credential; with Basic, the credential is a user name and a password. */
function partsOf(secret: string): string[] {
  const [, scheme = '', proof = ''] = /^(\S+)\s+(\S.*)$/.exec(secret) ?? [];
  if (proof === '') return [secret];
  if (scheme.toLowerCase() !== 'basic') return [secret, proof];
  const pair = Buffer.from(proof, 'base64').toString();
  return [secret, proof, pair, pair.slice(pair.indexOf(':') + 1)];
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const url = Buffer.from(secret).toString('base64url');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64, base64.replace(/=+$/, ''), url];
}

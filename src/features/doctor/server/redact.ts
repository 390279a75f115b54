/** Keeps secrets out of what the doctor says: it is printed, stored, shown and shared. */

/** Variables whose value is a secret, also those of later versions. */
const SECRET_NAME = /SECRET|KEY|TOKEN|PASSWORD|PASSPHRASE|CREDENTIAL|HEADERS/;
/** Paths of files. */
const PATH_NAME = /^TLS_KEY$|_FILE$/;
/** Shorter values occur in ordinary words, and keep nothing secret. */
const MIN_LENGTH = 4;
const HIDDEN = '[hidden]';
/** Parameters of PostgreSQL's, SMTP's and S3's addresses. */
const SECRET_PARAMETER = /pass|secret|token|key|auth|sig/i;

/** An address, or several with commas between them. @returns none for anything else */
function urlsIn(value: string): string[] {
  const parts = value.split(',').map((part) => part.trim());
  if (parts.every((part) => URL.canParse(part))) return parts;
  return URL.canParse(value) ? [value] : [];
}

/** The passwords and secret parameters of an address, as written and as meant. */
function secretsInUrl(value: string): string[] {
  const url = new URL(value);
  // The name of a user alone is a secret where it is a token.
  // The embedded PostgreSQL has no password, and `none` in its place.
  const named = [url.password === 'none' ? '' : url.password, ...(url.protocol.startsWith('http') ? [url.username] : [])];
  for (const [name, parameter] of url.searchParams) if (SECRET_PARAMETER.test(name)) named.push(parameter);
  return named.flatMap((secret) => [secret, decode(secret)]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isSecret = (name: string) => SECRET_NAME.test(name) && !PATH_NAME.test(name);

/** @param more secrets that come from elsewhere, such as those generated in development */
export function createRedactor(variables: Record<string, string | undefined>, more: readonly string[] = []) {
  const secrets = new Set<string>();
  function add(secret: string): void {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      if (form.length >= MIN_LENGTH) secrets.add(form);
  }
  for (const [name, value = ''] of Object.entries(variables)) {
    if (isSecret(name)) for (const secret of [value, ...value.split(',')]) add(secret.trim());
    for (const url of urlsIn(value)) for (const secret of secretsInUrl(url)) add(secret);
  }
  for (const secret of more) add(secret);
  // The longest first: one may be part of another.
  const sorted = [...secrets].sort((a, b) => b.length - a.length);

  const redact = (text: string): string => sorted.reduce((seen, secret) => seen.replaceAll(secret, HIDDEN), text);

  return {
    redact,
    /** What may be shown of a variable's value. */
    show(name: string, value: string): string {
      if (isSecret(name) && value !== '') return `[set, ${value.length} characters]`;
      return redact(urlsIn(value).map(withoutParameters).join(',') || value);
    },
  };
}

/** An address without its password and parameters. */
function withoutParameters(value: string): string {
  const url = new URL(value);
  if (url.password) url.password = 'hidden';
  if (url.protocol.startsWith('http') && url.username) url.username = 'hidden';
  if (url.search) url.search = '?hidden';
  return url.href;
}

/**
 * An installation's two secrets, SESSION_SECRET and ENCRYPTION_KEY: which values production accepts, and where development gets its
 * secrets.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderError, makeDataFolder } from '#kernel/database/embedded/data-folder.ts';

const MIN_LENGTH = 64;
/** 48 bytes as 64 characters on one line. */
export const HOW_TO_MAKE = 'Make one with: openssl rand -base64 48';

/**
 * The development secret that used to be in the source, hence public. Production rejects it; development still opens what it sealed, until
 * `npm run reseal`.
 */
const PUBLISHED_SECRET = 'for development only; production asks for a secret of its own and does not start without one';

/** Outside production, when no secret is configured or stored: valid for the lifetime of this process. */
export const ephemeralSecrets = { session: randomBytes(48).toString('base64'), encryption: randomBytes(48).toString('base64') };

export const splitSecrets = (given = ''): string[] =>
  given
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');

/** @returns why production rejects a variable, as sentences that say what to do */
export function weaknesses(name: string, given: string | undefined): string[] {
  if (given === undefined) return [];
  const secrets = splitSecrets(given);
  if (secrets.length === 0) return [`${name} must not be empty. ${HOW_TO_MAKE}`];
  if (secrets.includes(PUBLISHED_SECRET)) return [`${name} must not be the published one of development. ${HOW_TO_MAKE}`];
  if (secrets.some((secret) => secret.length < MIN_LENGTH))
    return [`${name} must have ${MIN_LENGTH} characters or more (each, if there are several). ${HOW_TO_MAKE}`];
  const reason = secrets.map(whyGuessable).find((why) => why !== undefined);
  return reason === undefined ? [] : [`${name} must be random: ${reason}. ${HOW_TO_MAKE}`];
}

const PLACEHOLDER = /change.?(?:me|this|it)|replace.?(?:me|this)|your.?(?:secret|session|key)|password|placeholder|example|secret.?key/i;

/** Bounds that 64 random hexadecimal or base64 characters meet with a wide margin. */
function whyGuessable(secret: string): string | undefined {
  const text = [...secret].slice(0, 500);
  if (new Set(text).size < 12) return 'it has too few different characters';
  if (PLACEHOLDER.test(secret)) return 'it looks like a placeholder';
  const triples = text.slice(2).map((_, index) => text.slice(index, index + 3).join(''));
  if (new Set(triples).size < triples.length * 0.6) return 'it repeats itself';
  const neighbors = text.slice(1).filter((character, index) => Math.abs(code(character) - code(text[index])) <= 1);
  if (neighbors.length > text.length / 2) return 'its characters are in alphabetical order';
  return undefined;
}

const code = (character = ''): number => character.codePointAt(0) ?? 0;

/** Whether secrets of the environment are missing, so that those in DATA_DIR are used. */
export const usesStoredSecrets = ({ sessionSecrets, encryptionKeys }: Secrets): boolean =>
  sessionSecrets.includes(ephemeralSecrets.session) || encryptionKeys.includes(ephemeralSecrets.encryption);

export interface Secrets {
  sessionSecrets: string[];
  encryptionKeys: string[];
}

/** Each may be several separated by commas, the first of which signs or encrypts. */
interface StoredSecrets {
  sessionSecret: string;
  encryptionKey: string;
}

/**
 * Outside production, fills in secrets missing from the environment: generated once and stored in DATA_DIR, readable by its owner only, so
 * sessions and sealed keys survive a restart and no two installations share them.
 * @throws Error with one sentence if they can be neither read nor created
 */
export async function loadSecrets<C extends Secrets & { dataDir: string }>(config: C): Promise<C> {
  const session = config.sessionSecrets.includes(ephemeralSecrets.session);
  const encryption = config.encryptionKeys.includes(ephemeralSecrets.encryption);
  if (!session && !encryption) return config;
  const stored = await readOrCreate(config.dataDir);
  return {
    ...config,
    ...(session && { sessionSecrets: splitSecrets(stored.sessionSecret) }),
    ...(encryption && { encryptionKeys: [...splitSecrets(stored.encryptionKey), PUBLISHED_SECRET] }),
  };
}

/**
 * Adds the secrets of a restored backup to those stored in DATA_DIR, ahead of them, so that both what was restored and what was there before
 * can be opened. Complete or not at all, whenever the process ends.
 */
export async function addStoredSecrets(dataDir: string, added: Secrets): Promise<void> {
  const before = await readOrCreate(dataDir);
  const combine = (first: readonly string[], then: string) =>
    [...new Set([...first, ...splitSecrets(then)])].filter((secret) => secret !== PUBLISHED_SECRET).join(',');
  const after: StoredSecrets = {
    sessionSecret: combine(added.sessionSecrets, before.sessionSecret),
    encryptionKey: combine(added.encryptionKeys, before.encryptionKey),
  };
  const draft = join(dataDir, `secrets.draft-${randomUUID()}`);
  try {
    await writeSecrets(draft, after);
    await rename(draft, join(dataDir, 'secrets.json'));
  } finally {
    await rm(draft, { force: true });
  }
}

const writeSecrets = (path: string, secrets: StoredSecrets): Promise<void> =>
  writeFile(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });

async function readOrCreate(dataDir: string): Promise<StoredSecrets> {
  const file = join(dataDir, 'secrets.json');
  const found = await read(file);
  if (found) return found;
  await makeDataFolder(dataDir);
  const draft = join(dataDir, `secrets.draft-${randomUUID()}`);
  const fresh: StoredSecrets = { sessionSecret: randomBytes(48).toString('base64'), encryptionKey: randomBytes(48).toString('base64') };
  try {
    await writeSecrets(draft, fresh);
    // A link is exclusive and appears complete: of several processes that start together, all use what the first one created.
    await link(draft, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw folderError(dataDir, 'written', code);
  } finally {
    await rm(draft, { force: true });
  }
  const made = await read(file);
  if (!made) throw new Error(`${file} disappeared while it was being read. Start again.`);
  return made;
}

async function read(file: string): Promise<StoredSecrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) await chmod(file, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read (${code}). Make it readable for this user only, or set SESSION_SECRET and ENCRYPTION_KEY.`);
  }
  const stored = parse(text);
  if (stored) return stored;
  throw new Error(
    `${file} is damaged. Restore it from a backup; or delete it, and everybody signs in again and enters keys of models and tools anew.`,
  );
}

function parse(text: string): StoredSecrets | undefined {
  try {
    const { sessionSecret, encryptionKey } = JSON.parse(text) as Partial<StoredSecrets>;
    const whole = (secret: unknown): secret is string => typeof secret === 'string' && secret.length >= MIN_LENGTH;
    return whole(sessionSecret) && whole(encryptionKey) ? { sessionSecret, encryptionKey } : undefined;
  } catch {
    return undefined;
  }
}

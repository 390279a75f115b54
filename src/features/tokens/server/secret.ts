/** The secret of a token: shown once, stored as its hash. It is random, so a fast hash is enough. */
import { createHash, randomBytes } from 'node:crypto';
import { TOKEN_PREFIX } from '#kernel/http/bearer-token.ts';

const SHAPE = new RegExp(`^${TOKEN_PREFIX}[\\w-]{43}$`);

/** Whether a text can be a secret at all. */
export const isWellFormed = (text: string): boolean => SHAPE.test(text);

export const newSecret = (): string => TOKEN_PREFIX + randomBytes(32).toString('base64url');

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

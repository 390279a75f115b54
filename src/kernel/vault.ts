/**
 * Encrypts secrets that must be read again (provider keys, tool server tokens): AES-256-GCM under a key from the environment.
 * Passwords are hashed instead.
 *
 *     nonce (4 bytes that identify the key, 8 random ones) · ciphertext · tag (16 bytes)
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export type Vault = ReturnType<typeof createVault>;

const KEY_ID = 4;
const NONCE = 12;
const TAG = 16;

interface Key {
  id: Buffer;
  secret: Buffer;
}

function deriveKey(secret: string): Key {
  const derive = (purpose: string, length: number) => Buffer.from(hkdfSync('sha256', secret, '', purpose, length));
  return { id: derive('guildhall vault key id', KEY_ID), secret: derive('guildhall vault', 32) };
}

/** @returns undefined unless this key sealed it for this owner */
function openWith({ secret }: Key, sealed: Buffer, bound: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE)).setAAD(Buffer.from(bound));
    decipher.setAuthTag(sealed.subarray(-TAG));
    return decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** @param secrets the first seals; all of them open, so keys can be rotated */
export function createVault(secrets: readonly string[]) {
  const keys = secrets.map(deriveKey);
  const names = ({ id }: Key, sealed: Buffer) => id.equals(sealed.subarray(0, KEY_ID));

  return {
    /** @param bound what the secret belongs to, such as its row's id; it cannot be opened under another name */
    seal(secret: string, bound: string): Buffer {
      const [key] = keys;
      if (!key) throw new Error('there is no key to seal with');
      const nonce = Buffer.concat([key.id, randomBytes(NONCE - KEY_ID)]);
      const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(Buffer.from(bound));
      return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    /** @returns undefined if none of the keys opens it: the environment lacks the key, or the sealed data was altered */
    open(sealed: Buffer, bound: string): string | undefined {
      // Before keys had ids, the whole nonce was random: then each key is tried.
      const likeliest = keys.toSorted((a, b) => Number(names(b, sealed)) - Number(names(a, sealed)));
      for (const key of likeliest) {
        const secret = openWith(key, sealed, bound);
        if (secret !== undefined) return secret;
      }
      return undefined;
    },
    /** Whether the current key sealed it, and its id is in the nonce. */
    isCurrent(sealed: Buffer, bound: string): boolean {
      const [key] = keys;
      return key !== undefined && names(key, sealed) && openWith(key, sealed, bound) !== undefined;
    },
  };
}

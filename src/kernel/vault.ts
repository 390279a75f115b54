/**
 * Keeps secrets that have to be read again (keys of providers, tokens of tool servers): AES-256-GCM under a key from the
 * environment. A password is no such secret; those are hashed.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export type Vault = ReturnType<typeof createVault>;

const NONCE = 12;
const TAG = 16;

/** @param secrets the first seals; what any of them sealed can be opened, so that they can be rotated */
export function createVault(secrets: readonly string[]) {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'guildhall vault', 32)));

  return {
    /** @param bound what the secret belongs to, such as its row's id; opened under another name it is refused */
    seal(secret: string, bound: string): Buffer {
      const [key] = keys;
      if (!key) throw new Error('there is no key to seal with');
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
      return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    /** @returns undefined when none of the keys opens it: the environment has lost the key, or somebody changed what was sealed */
    open(sealed: Buffer, bound: string): string | undefined {
      for (const key of keys) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE)).setAAD(Buffer.from(bound));
          decipher.setAuthTag(sealed.subarray(-TAG));
          return decipher.update(sealed.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8');
        } catch {
          // Not this key.
        }
      }
      return undefined;
    },
  };
}

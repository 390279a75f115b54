/** Rejects passwords that are easily guessed: the most common ones, and the other fields of the form. */
import { readFileSync } from 'node:fs';
import { invalid } from '#kernel/errors.ts';
import { texts } from './texts.ts';

const common = new Set(
  readFileSync(new URL('./common-passwords.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);

/** Folds case and character composition for comparison. */
const fold = (text: string): string => text.trim().normalize('NFC').toLowerCase();

/** @throws 422 with the field `password` */
export function requireHardToGuess(password: string, { name, email }: { name: string; email: string }): void {
  const message = whyGuessable(fold(password), fold(name), fold(email));
  if (message !== undefined) throw invalid([{ path: 'password', message }]);
}

function whyGuessable(password: string, name: string, email: string): string | undefined {
  if (common.has(password)) return texts.password.common;
  if (password === email || password === email.slice(0, email.lastIndexOf('@'))) return texts.password.isEmail;
  if (password === name) return texts.password.isName;
  return undefined;
}

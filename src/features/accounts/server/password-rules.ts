/** Rejects passwords that are easily guessed: the most common ones, and the other fields of the form. */
import { readFileSync } from 'node:fs';
import { invalid } from '#kernel/errors.ts';

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
  if (common.has(password)) return 'Many people use this password, so it is tried first. Choose another one.';
  if (password === email || password === email.slice(0, email.lastIndexOf('@')))
    return 'This is your email address, so it is tried first. Choose another password.';
  if (password === name) return 'This is your name, so it is tried first. Choose another password.';
  return undefined;
}

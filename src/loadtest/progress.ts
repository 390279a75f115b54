/** Prints a line every few seconds during a run. */
import type { Generators } from './generator/generators.ts';
import { print } from './print.ts';
import type { Recorder } from './recorder.ts';

const EVERY_MS = 5000;

/** @returns a function that stops it */
export function showProgress(recorder: Recorder): () => void {
  let before = { at: recorder.seconds(), requests: 0 };
  const timer = setInterval(() => {
    const at = recorder.seconds();
    const { requests, errors } = recorder.whole.measurements.total();
    const rate = (requests - before.requests) / (at - before.at);
    before = { at, requests };
    print(`  ${at.toFixed(0).padStart(4)} s  ${recorder.users().now} users  ${rate.toFixed(1)} requests/s  ${errors} errors`);
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** Signs up users until there are this many, and shows the progress. */
export async function signUpWithProgress(generators: Generators, users: number): Promise<void> {
  const missing = users - generators.signedUp();
  if (missing <= 0) return;
  print(`Signing up ${missing} users…`);
  const timer = setInterval(() => print(`  ${generators.signedUp()} of ${users} are signed up`), EVERY_MS);
  await generators.signUp(users).finally(() => clearInterval(timer));
}

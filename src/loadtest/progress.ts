/** A line every few seconds while a run goes on. */
import type { Measurements } from './measure.ts';

const EVERY_MS = 5000;

/** @returns how to stop it */
export function showProgress(measurements: Measurements): () => void {
  const start = performance.now();
  let before = { at: start, requests: 0 };
  const timer = setInterval(() => {
    const at = performance.now();
    const { requests, errors } = measurements.total();
    const rate = ((requests - before.requests) / (at - before.at)) * 1000;
    before = { at, requests };
    const seconds = Math.round((at - start) / 1000);
    process.stdout.write(
      `  ${String(seconds).padStart(4)} s  ${measurements.users()} users  ${rate.toFixed(1)} requests/s  ${errors} errors\n`,
    );
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** Latencies of requests sent one after the other, as one person sends them. */
import { askEach } from '../client.ts';
import { median, quantile } from '../rounds.ts';

interface Latency {
  p50: number;
  p95: number;
}

/** @returns the replies, and milliseconds */
export async function measureEach(
  port: number,
  questions: readonly Buffer[],
): Promise<{ took: number[]; bodies: Buffer[]; failures: number }> {
  const took: number[] = [];
  const bodies: Buffer[] = [];
  let failures = 0;
  for (const question of questions) {
    const begun = performance.now();
    const [answer] = await askEach(port, [question], 1);
    took.push(performance.now() - begun);
    if (answer?.status !== 200) failures++;
    bodies.push(answer?.body ?? Buffer.alloc(0));
  }
  return { took, bodies, failures };
}

export const latencyOf = (took: readonly number[]): Latency => ({ p50: median(took), p95: quantile(took, 0.95) });
export const ms = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'));

/** The practice model as a clock: it tells the time at an even pace, so that anybody can measure how late its words arrive. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @returns what a sentence such as `tell the time for 10 s, 50 times a second` asks for; undefined for any other */
export function readClock(sentence: string): { seconds: number; perSecond: number } | undefined {
  const match = /^tell the time for (\d{1,4}) ?s(?:econds)?(?:, (\d{1,4}) times a second)?[.!]?$/i.exec(sentence.trim());
  return match ? { seconds: Number(match[1]), perSecond: Math.min(1000, Number(match[2] ?? 1)) } : undefined;
}

/** One word a tick: milliseconds since 1970. Ticks that come late are not made up for. */
export async function* tellTime(
  { seconds, perSecond }: { seconds: number; perSecond: number },
  signal: AbortSignal,
): AsyncGenerator<{ type: 'text'; text: string }> {
  const start = performance.now();
  for (let tick = 0; tick < seconds * perSecond; tick++) {
    const wait = start + (tick * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
    yield { type: 'text', text: `${Date.now()} ` };
  }
}

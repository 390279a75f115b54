/** The demo model as a clock: it emits the time at an even pace, so that the delay of its words can be measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelPart } from './model.ts';

/** @returns what a sentence such as `tell the time for 10 s, 50 times a second` asks for; undefined for any other */
export function readClock(sentence: string): { seconds: number; perSecond: number } | undefined {
  const match = /^tell the time for (\d{1,4}) ?s(?:econds)?(?:, (\d{1,4}) times a second)?[.!]?$/i.exec(sentence.trim());
  return match ? { seconds: Number(match[1]), perSecond: Math.min(1000, Number(match[2] ?? 1)) } : undefined;
}

/**
 * One word per tick: milliseconds since 1970. Late ticks are not made up for. Checks the signal once per tick: a listener for each would
 * cost more than the tick.
 */
export async function* emitTime(
  { seconds, perSecond }: { seconds: number; perSecond: number },
  signal: AbortSignal,
  inputTokens: number,
): AsyncGenerator<ModelPart> {
  const start = performance.now();
  const ticks = seconds * perSecond;
  for (let tick = 0; tick < ticks; tick++) {
    signal.throwIfAborted();
    const wait = start + (tick * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    yield { type: 'text', text: `${Date.now()} ` };
  }
  yield { type: 'finish', finish: 'stop', inputTokens, outputTokens: ticks };
}

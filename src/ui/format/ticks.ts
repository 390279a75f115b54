/** Bounds and ticks of an axis, at round numbers. */

export interface Ticks {
  min: number;
  max: number;
  ticks: number[];
}

/** From 0 up, in steps of 1, 2, 2.5 or 5 times a power of ten. */
export function linearTicks(max: number, count = 5): Ticks {
  const wanted = (max > 0 ? max : 1) / count;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
  const steps = Math.ceil((max > 0 ? max : 1) / step - 1e-9);
  return { min: 0, max: steps * step, ticks: Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12))) };
}

/** 1, 2 and 5 times each power of ten, from below `min` to above `max`; only the powers if there are many. */
export function logTicks(min: number, max: number): Ticks {
  const low = Math.max(min > 0 ? min : 1, 1e-3);
  const high = Math.max(max, low * 1.01);
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const all = Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((power) =>
    [1, 2, 5].map((factor) => Number((factor * 10 ** power).toPrecision(3))),
  );
  const bottom = all.findLast((tick) => tick <= low) ?? low;
  const top = all.find((tick) => tick >= high) ?? high;
  const within = all.filter((tick) => tick >= bottom && tick <= top);
  const powers = within.filter((tick) => Number.isInteger(Number(Math.log10(tick).toFixed(9))));
  return { min: bottom, max: top, ticks: within.length > 7 && powers.length > 1 ? powers : within };
}

import { texts } from './texts/summary.ts';
/** Formats figures for people. */

import { formatNumber } from '#ui/format/figure.ts';

/** "3.4", "812", "12 040": three digits are as precise as a measurement. */
export function formatFigure(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(1);
  if (Math.abs(value) < 1) return String(Number(value.toFixed(2)));
  return Math.abs(value) < 10 ? value.toFixed(1).replace('.0', '') : formatNumber(Math.round(value));
}

export const formatMs = (value: number): string => texts.milliseconds(formatFigure(value));
export const formatPerSecond = (value: number): string => texts.perSecond(formatFigure(value));
export const formatCores = (value: number): string => texts.cores(value.toFixed(2));
export const formatMemory = (bytes: number): string =>
  bytes < 1024 ** 3 ? texts.megabytes(formatNumber(Math.round(bytes / 1024 ** 2))) : texts.gigabytes((bytes / 1024 ** 3).toFixed(1));

export function formatShare(share: number): string {
  const percent = share * 100;
  return texts.percent(percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(percent < 1 ? 2 : 1));
}

/** A bound, as people write it: 1 %, not 1.0 %. */
export const formatBound = (share: number): string => texts.percent(Number((share * 100).toPrecision(3)));

/** A step is named after its contract: "saveFile" is shown as "save file". */
export const formatStep = (name: string): string => name.replace(/[a-z](?=[A-Z])/g, '$& ').toLowerCase();

/** "45 s", "3:50 min" since the start of the load. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return texts.seconds(whole);
  return texts.minutes(formatClock(whole));
}

/** "1:05", for an axis. */
export const formatClock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;

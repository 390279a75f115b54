import { texts } from '../texts/plots.ts';
/** Draws a shape with uPlot, in the page's colors. */
import './language.ts';
import uPlot from 'uplot';
import { linearTicks, logTicks, type Ticks } from '#ui/format/ticks.ts';
import { formatClock } from '../format.ts';
import { colourOf } from './colours.ts';
import type { Line, Mark, Shape } from './shape.ts';

export const FONT = '12px "Inter Variable", system-ui, sans-serif';
export const HEIGHT = 220;
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000];

/**
 * @param onCursor called with the index in `shape.x` under the cursor, here or in a plot that shares it; null if there is none
 * @returns functions to destroy, resize and redraw
 */
export function drawPlot(target: HTMLElement, shape: Shape, onCursor: (index: number | null) => void): uPlot {
  const y = ticksOf(shape);
  const options: uPlot.Options = {
    width: Math.max(200, target.clientWidth),
    height: HEIGHT,
    padding: [18, 20, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7 },
      ...(shape.sync && { sync: { key: shape.sync, scales: ['x', null] as [string, null] } }),
    },
    scales: {
      x: { time: false, range: rangeOf(shape) },
      y: { distr: shape.log ? 3 : 1, range: [y.min, y.max] },
    },
    axes: axesOf(shape, y),
    series: [{}, ...shape.lines.map((each) => seriesOf(each, shape))],
    hooks: { draw: [(plot) => drawOver(plot, shape)], setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
  return new uPlot(options, [[...shape.x], ...shape.lines.map(({ values }) => [...values])], target);
}

const rangeOf = ({ x, clock }: Shape): [number, number] => (typeof clock === 'object' ? [clock.from, clock.to] : [0, x.at(-1) ?? 1]);

function ticksOf({ lines, bound, log, atLeast = 0, unit = 1 }: Shape): Ticks {
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null));
  const max = Math.max(atLeast, ...values);
  if (log)
    return logTicks(
      Math.min(bound?.value ?? Number.POSITIVE_INFINITY, ...values.filter((value) => value > 0)),
      Math.max(max, bound?.value ?? 0) * 1.05,
    );
  // Nothing is usually above a capacity.
  const top = bound && max <= bound.value ? bound.value * (bound.kind === 'capacity' ? 1 : 1.04) : max * 1.04;
  const { max: highest, ticks } = linearTicks(top / unit);
  return { min: 0, max: highest * unit, ticks: ticks.map((tick) => tick * unit) };
}

function axesOf({ formatX, formatY, clock, tickY = formatY }: Shape, y: Ticks): uPlot.Axis[] {
  const look: uPlot.Axis = {
    font: FONT,
    stroke: () => colourOf('--ink-3'),
    grid: { stroke: () => colourOf('--line'), width: 1 },
    ticks: { show: false },
  };
  const formatTick = typeof clock === 'object' ? clock.format : clock ? formatClock : formatX;
  const bottom = { ...look, grid: { show: false }, size: 28, gap: 6, space: 64, incrs: clock ? SECONDS : COUNTS };
  return [
    { ...bottom, values: (_plot, splits) => splits.map(formatTick) },
    // On a logarithmic axis uPlot would drop labels that it considers too many.
    { ...look, size: widthOf, gap: 8, splits: y.ticks, filter: (_plot, splits) => splits, values: (_plot, splits) => splits.map(tickY) },
  ];
}

/** As wide as the widest label, so nothing is clipped. */
function widthOf(plot: uPlot, labels: string[] | null): number {
  plot.ctx.font = FONT;
  return 12 + Math.ceil(Math.max(24, ...(labels ?? []).map((label) => plot.ctx.measureText(label).width / uPlot.pxRatio)));
}

function seriesOf(
  { label, values, colour, dash, width = 1.5, stepped, filled, dots, joined }: Line,
  { x, missed = [] }: Shape,
): uPlot.Series {
  const stroke = () => colourOf(colour);
  // A cross replaces the dot.
  const crossed = new Set(missed.map((cross) => cross.x));
  const dotted = x.flatMap((at, index) => (values[index] === null || crossed.has(at) ? [] : [index]));
  return {
    label,
    stroke,
    width: dots ? 0 : width,
    spanGaps: joined ?? false,
    points: dots ? { show: true, filter: dotted, size: 9, fill: stroke, stroke, space: 0 } : { show: false },
    ...(dots && { paths: () => null }),
    ...(dash && { dash: [...dash] }),
    ...(filled && { fill: () => withAlpha(colourOf(colour), 0.12) }),
    ...(stepped && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
  };
}

/** @param colour from getComputedStyle: rgb(…), or oklab(…) for a mixed color */
const withAlpha = (colour: string, alpha: number) => colour.replace(/^rgb\((.*)\)$/, `rgb($1 / ${alpha})`).replaceAll(', ', ' ');

/** Bounds, marks and crosses, above the lines. */
function drawOver(plot: uPlot, { bound, marks = [], missed = [], formatY, tickY = formatY }: Shape): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = `${12 * ratio}px "Inter Variable", system-ui, sans-serif`;
  ctx.lineWidth = ratio;

  if (bound) {
    const at = Math.round(plot.valToPos(bound.value, 'y', true));
    const colour = colourOf(bound.kind === 'target' ? '--danger' : '--ink-2');
    line(ctx, [bbox.left, at], [bbox.left + bbox.width, at], colour, [6 * ratio, 4 * ratio]);
    text(ctx, texts.bound(bound.label, tickY(bound.value)), [bbox.left + bbox.width - 2 * ratio, at - 5 * ratio], colour, 'right');
  }
  const colourAt = ({ kind }: Mark) => colourOf(kind === 'good' ? '--ok' : '--danger');
  for (const mark of marks) {
    const at = Math.round(plot.valToPos(mark.x, 'x', true));
    line(ctx, [at, bbox.top], [at, bbox.top + bbox.height], colourAt(mark), mark.kind === 'good' ? [] : [2 * ratio, 3 * ratio]);
  }
  marks.forEach((mark, row) => {
    const at = plot.valToPos(mark.x, 'x', true);
    const left = at - bbox.left > 96 * ratio;
    const from: Point = [at + (left ? -6 : 6) * ratio, bbox.top + (12 + row * 16) * ratio];
    text(ctx, mark.label, from, colourAt(mark), left ? 'right' : 'left');
  });
  for (const { x, y } of missed) {
    const [left, top] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)];
    const arm = 5 * ratio;
    ctx.lineWidth = 2 * ratio;
    line(ctx, [left - arm, top - arm], [left + arm, top + arm], colourOf('--danger'));
    line(ctx, [left - arm, top + arm], [left + arm, top - arm], colourOf('--danger'));
  }
  ctx.restore();
}

type Point = readonly [x: number, y: number];

function line(ctx: CanvasRenderingContext2D, from: Point, to: Point, colour: string, dash: number[] = []): void {
  ctx.beginPath();
  ctx.strokeStyle = colour;
  ctx.setLineDash(dash);
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

/** On an opaque background, so no line runs through the letters. */
function text(ctx: CanvasRenderingContext2D, words: string, [x, y]: Point, colour: string, align: 'left' | 'right'): void {
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  const { lineWidth } = ctx;
  ctx.lineWidth = 6 * uPlot.pxRatio;
  ctx.strokeStyle = colourOf('--surface');
  ctx.strokeText(words, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(words, x, y);
  ctx.lineWidth = lineWidth;
}

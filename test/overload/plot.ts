/** The plot of docs/scaling.md: what was answered and refused each second, and how quickly, as one SVG. */

import { add, none, ofAll, quantile } from './figures.ts';
import type { Second } from './generator.ts';
import { type Group, groups } from './mix.ts';

const WIDTH = 860;
const LEFT = 64;
const RIGHT = 150;
const HEIGHT = 190;
const GAP = 56;
const TOP = 40;
const colours: Readonly<Record<Group | 'refused' | 'p95', string>> = {
  health: '#6b7280',
  critical: '#b45309',
  write: '#15803d',
  read: '#1d4ed8',
  bulk: '#7c3aed',
  refused: '#dc2626',
  p95: '#1d4ed8',
};

interface Line {
  label: string;
  colour: string;
  values: readonly (number | null)[];
}

interface Options {
  title: string;
  seconds: readonly Second[];
  /** The seconds in which the load is too large. */
  overload: readonly [from: number, to: number];
}

export function drawOverload({ title, seconds, overload }: Options): string {
  const answered = groups.map((group) => ({
    label: `${group}, answered`,
    colour: colours[group],
    values: seconds.map((second) => second[group]?.answered ?? 0),
  }));
  const refused = { label: 'refused (503)', colour: colours.refused, values: seconds.map((second) => ofAll([second]).refused) };
  const p95: Line[] = [
    { label: 'p95 of all answered', colour: colours.p95, values: seconds.map((second) => quantile(ofAll([second]), 0.95)) },
    { label: 'p95 of critical', colour: colours.critical, values: seconds.map((second) => quantile(add([second.critical ?? none]), 0.95)) },
  ];
  const panels = [
    { name: 'Requests answered, per second', lines: answered, bound: undefined },
    { name: 'Requests refused, per second', lines: [refused], bound: undefined },
    { name: 'Milliseconds until the answer', lines: p95, bound: 500 },
  ];
  const height = TOP + panels.length * (HEIGHT + GAP);
  const drawn = panels.map((panel, index) => drawPanel(panel, TOP + index * (HEIGHT + GAP) + 20, seconds.length, overload));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" font-weight="600" fill="#111827">${title}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel(
  { name, lines, bound }: { name: string; lines: readonly Line[]; bound: number | undefined },
  top: number,
  count: number,
  [from, to]: Options['overload'],
): string {
  const right = WIDTH - RIGHT;
  const most = niceMax(Math.max(bound ?? 0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const x = (second: number) => round(LEFT + (second / Math.max(1, count - 1)) * (right - LEFT));
  const y = (value: number) => round(top + HEIGHT - (value / most) * HEIGHT);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(part * most);
    return `<path d="M${LEFT} ${at}H${right}" stroke="#e5e7eb"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end" fill="#6b7280">${(part * most).toLocaleString('en')}</text>`;
  });
  const times = Array.from({ length: Math.floor((count - 1) / 10) + 1 }, (_, i) => i * 10).map(
    (second) => `<text x="${x(second)}" y="${top + HEIGHT + 18}" text-anchor="middle" fill="#6b7280">${second} s</text>`,
  );
  const drawn = lines.map(({ label, colour, values }, index) => {
    const points = values.flatMap((value, second) => (value === null ? [] : `${x(second)},${y(value)}`)).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/><text x="${right + 10}" y="${top + 12 + index * 18}" fill="${colour}">${label}</text>`;
  });
  return [
    `<rect x="${x(from)}" y="${top}" width="${round(x(to) - x(from))}" height="${HEIGHT}" fill="#fef2f2"/>`,
    `<text x="${LEFT}" y="${top - 8}" fill="#111827">${name}</text>`,
    ...ticks,
    ...times,
    bound === undefined ? '' : `<path d="M${LEFT} ${y(bound)}H${right}" stroke="#dc2626" stroke-dasharray="4 3"/>`,
    ...drawn,
  ].join('\n');
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The next of 1, 2, 4 or 10 times a power of ten: quarters of it are round too. */
function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(4, value)));
  return ([1, 2, 4, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

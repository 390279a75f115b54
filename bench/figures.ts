/** The figures that Guildhall promises: target and measurement. */
import { alignTable } from '#loadtest/table.ts';

export interface Figure {
  /** 1 to 11. */
  number: number;
  what: string;
  target: string;
  measured: string;
  met: boolean;
}

export interface Findings {
  figures: Figure[];
  /** Responses other than the expected one. */
  failures: number;
}

export const print = (line = '') => void process.stdout.write(`${line}\n`);

/** @param rows the first one is the header */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  print(`\n${title}`);
  print(alignTable(rows));
}

const names = [
  'Authenticated read',
  'Limits',
  'Sign-in',
  'Write',
  'Streams',
  'Whole',
  'Start',
  'Sessions',
  'Runs',
  'Hostile client',
  'Files',
];

export function printFigures(figures: readonly Figure[]): void {
  const rows = names.flatMap((name, index) => {
    const own = figures.filter(({ number }) => number === index + 1);
    const head = `${index + 1} ${name}`;
    if (index + 1 === 6) return [[`${head}: users of the mixed journey`, '≥ 2,000', '', 'npm run test:stress']];
    if (own.length === 0) return [[head, '', '', 'not measured']];
    return own.map(({ what, target, measured, met }) => [`${head}: ${what}`, target, measured, met ? 'met' : 'MISSED']);
  });
  printTable('The figures', [['', 'target', 'measured', ''], ...rows]);
}

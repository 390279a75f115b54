/** The phases of a made-up session test. */
import type { LoadReport } from '#features/monitor/load-report.ts';

export const phases: NonNullable<LoadReport['phases']> = [
  {
    name: 'Sign-in storm',
    summary: '50 people signed in at once; all were let in, and reads beside it kept their pace.',
    met: true,
    figures: [
      { name: 'signed in', value: 50, unit: 'people' },
      { name: 'last one in after', value: 1720, unit: 'ms' },
      { name: 'p95 of a read beside it', value: 11.4, unit: 'ms' },
    ],
  },
  {
    name: 'Parallel sessions',
    summary: 'One person signed in 20 times; the list shows 20, and each works.',
    met: true,
    figures: [{ name: 'sessions', value: 20, unit: '' }],
  },
  {
    name: 'Revocation across servers',
    summary: 'Revoked at one server, refused at the other within a second, 40 times.',
    met: true,
    figures: [
      { name: 'p50', value: 3.1, unit: 'ms' },
      { name: 'max', value: 18, unit: 'ms' },
    ],
  },
  { name: 'Expiry', summary: 'An expired session is refused on both servers.', met: true, figures: [] },
  {
    name: 'Clean-up of 1 000 000 rows',
    summary: 'All expired rows are gone, no live one is, and people noticed nothing.',
    met: true,
    figures: [
      { name: 'took', value: 21.4, unit: 's' },
      { name: 'p95 of the slowest step', value: 38, unit: 'ms' },
      { name: 'rows deleted', value: 1_000_000, unit: 'rows' },
    ],
  },
  { name: 'No leak', summary: 'Needs TARGET_DATABASE_URL to count the rows.', met: true, skipped: true, figures: [] },
];

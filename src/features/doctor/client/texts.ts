import type { ReactNode } from 'react';
import type { Group } from '#features/doctor/codes.ts';
import type { Status } from '#features/doctor/contract.ts';
import { sentence } from '#ui/format/sentence.ts';

const statuses: Record<Status, string> = { ok: 'OK', warning: 'Warning', failed: 'Failed', skipped: 'Skipped' };
const groups: Record<Group, string> = {
  settings: 'Settings',
  machine: 'Machine',
  database: 'Database',
  address: 'Public address',
  services: 'Services',
  operation: 'Operation',
};
const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;

/** What the page of the doctor says. */
export const texts = {
  title: 'Doctor',
  about: 'Goes through the production checklist by trying everything on it.',
  loading: 'Loading the last result',
  run: 'Run the doctor',
  again: 'Run again',
  running: 'Running',
  progress: 'Trying everything on the list. This takes up to 15 seconds.',
  emptyTitle: 'The doctor has not run yet',
  empty: (command: ReactNode) =>
    sentence`It tries the database, the proxy, certificates, mail, models, backups and more, and says what to do about each problem. Before the server starts, run ${command}.`,
  ranAt: (time: ReactNode) => sentence`Ran ${time}.`,
  sums: {
    failed: (number: number) => `${number} failed`,
    warning: (number: number) => count(number, 'warning', 'warnings'),
    ok: (number: number) => `${number} OK`,
    skipped: (number: number) => `${number} skipped`,
  },
  statuses,
  groups,
  attention: 'Needs attention',
  other: 'Other checks',
  healthy: 'Nothing needs attention.',
  copy: (title: string) => `Copy: ${title}`,
  copyAll: 'Copy all results',
  more: (command: ReactNode, file: ReactNode) =>
    sentence`${file} explains each code. ${command} writes a file to share when you ask for help, without secrets.`,
  operatorsOnly: 'The doctor is for operators',
} as const;

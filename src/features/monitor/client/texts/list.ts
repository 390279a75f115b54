import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';
/** What the list of load reports says, and what the actions on a report say. */
export const texts = {
  loading: 'Loading reports',
  table: 'Table of load reports',
  columns: {
    compare: 'Compare',
    test: 'Test',
    when: 'When',
    users: 'Users',
    holds: 'Holds',
    p95: 'p95',
    errors: 'Errors',
    verdict: 'Verdict',
    actions: 'Actions',
  },
  more: 'Show older ones',
  emptyTitle: 'No load reports yet',
  empty: (command: ReactNode) =>
    sentence`A load test shows how many people this installation carries, and what would give out first. Run ${command} where Guildhall is installed; its report appears here.`,
  chosen: (count: number, most: number) => `${count} of at most ${most} are chosen.`,
  choose: 'Choose two or more to compare them.',
  compare: (count: number) => `Compare ${count}`,
  compareNamed: (name: string) => `Compare ${name}`,
  delete: 'Delete',
  deleteNamed: (name: string) => `Delete the ${name}`,
  deleted: (name: string) => `The ${name} is deleted.`,
  undo: 'Undo',
  download: 'JSON',
  commands: { download: 'Download this report as JSON', delete: 'Delete this report' },
  operatorsOnly: 'Load reports are for operators',
} as const;

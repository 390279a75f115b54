import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

/** What the page of backups says, and the banner after a restore. */
export const texts = {
  loading: 'Loading backups',
  table: 'Table of backups',
  make: 'Back up now',
  making: 'Backing up',
  columns: { when: 'When', state: 'State', size: 'Size', by: 'Made by', where: 'Where', actions: 'Actions' },
  states: { done: 'Complete', failed: 'Failed' },
  running: (read: string) => `${read} read`,
  encrypted: 'Encrypted',
  reasons: { manual: (name: string | null) => name ?? 'A person', scheduled: () => 'Schedule', command: () => 'Command line' },
  everyDay: (days: number) => (days === 1 ? 'every day' : `every ${days} days`),
  everyHour: (hours: number) => (hours === 1 ? 'every hour' : `every ${hours} hours`),
  bySchedule: (often: string, keep: number, location: ReactNode) =>
    sentence`A backup is made ${often} and stored in ${location}. The last ${keep} are kept; those you make yourself stay until you delete them.`,
  notBySchedule: (setting: ReactNode, location: ReactNode) =>
    sentence`Backups are only made when you ask for one, and stored in ${location}. To make them automatically, set ${setting} where Guildhall is installed.`,
  plain: (setting: ReactNode) =>
    sentence`They are not encrypted, and don’t contain the keys of stored secrets. To change that, set ${setting}.`,
  emptyTitle: 'No backups yet',
  empty: 'A backup is one file with everything in this installation. People can go on working while it is made.',
  download: (name: string) => `Download ${name}`,
  delete: (name: string) => `Delete ${name}`,
  remove: (name: string) => `Remove ${name} from the list`,
  restoreTitle: 'Restore',
  restore: 'Stop all servers, and run this where Guildhall is installed. What is there is saved first.',
  restoreCommand: (path: string) => `npm run restore -- ${path} --yes`,
  copyCommand: 'Copy the command',
  tests: {
    title: 'Restore tests',
    none: 'Each month, the newest backup is restored into a separate database as a test. The first test is still to come.',
    passed: (name: string, time: ReactNode, duration: string) => sentence`${name} was restored as a test ${time}, in ${duration}.`,
    failed: (name: string, time: ReactNode, reason: string) => sentence`${name} could not be restored as a test ${time}. ${reason}`,
  },
  deleteDialog: {
    title: 'Delete backup',
    action: 'Delete',
    about: (name: string) => `${name} and its file are deleted. This can’t be undone.`,
  },
  removeDialog: {
    title: 'Remove from the list',
    action: 'Remove',
    about: (name: string, host: string) =>
      `${name} is on ${host}, which can’t be reached from here. Only this entry is removed: if the file still exists, it stays there.`,
  },
  hold: {
    restored: (made: ReactNode, restored: ReactNode) =>
      sentence`This installation was restored ${restored} from a backup made ${made}. No email, webhook, schedule, trigger or run goes out until you confirm.`,
    confirm: 'Let everything go out',
    list: 'See backups',
  },
} as const;

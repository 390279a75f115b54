import type { ReactNode } from 'react';
import type { ProjectInstructions } from '#features/instructions/contract.ts';
import { sentence } from '#ui/format/sentence.ts';

const levels: Readonly<Record<ProjectInstructions['level'], string>> = { off: 'off', supervised: 'supervised', autonomous: 'autonomous' };

/** What the review of a project’s instructions says. */
export const texts = {
  loading: 'Loading what has changed',
  title: (file: string) => `${file} has changed`,
  about: (file: string) =>
    `Agents follow ${file}. Scheduled and triggered runs keep using the last accepted version until somebody accepts this one.`,
  changes: 'What has changed',
  project: 'Project',
  openProject: 'Open the project',
  newest: 'Newest',
  accepted: 'Accepted',
  acceptedBy: (author: ReactNode, at: ReactNode) => sentence`${author} ${at}`,
  acceptedMissing: (at: ReactNode) => sentence`No file ${at}`,
  noneAccepted: 'No version yet',
  nothingWaits: 'Accepted. Nothing waits here.',
  mayNot: (level: ProjectInstructions['level']) =>
    `Schedules or triggers here use the level ${levels[level]}, and your role may not. Ask an admin to accept this.`,
  accept: 'Accept',
  done: (file: string) => `Accepted: ${file}`,
  openFile: 'Open the file',
  undo: 'To go back to the accepted version, open the file and undo the change in its history.',
} as const;

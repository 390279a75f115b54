/** What a plan says. */
import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

export const texts = {
  title: 'Plan',
  body: 'Steps and constraints',
  steps: 'Steps',
  progress: (done: number, all: number) => `${done} of ${all} done`,
  statuses: { open: 'Open', doing: 'Under way', done: 'Done', dropped: 'Dropped' },
  none: 'There is no plan.',
  noneEditable: 'There is no plan yet. The agent makes one first; you may begin it.',
  another: 'Another step',
  add: 'Add',
  constraints: 'Constraints',
  version: (version: number, author: ReactNode, time: ReactNode) => sentence`Version ${version} by ${author} ${time}`,
  gone: 'The agent has taken this step out of the plan, or reworded it. Look at the plan as it is now.',
  row: {
    done: (step: string) => `Done: ${step}`,
    reword: 'Reword',
    rewordNamed: (step: string) => `Reword: ${step}`,
    moveUp: (step: string) => `Move up: ${step}`,
    moveDown: (step: string) => `Move down: ${step}`,
    takeUp: (step: string) => `Take up again: ${step}`,
    drop: (step: string) => `Drop: ${step}`,
  },
  /** Read aloud after a change. */
  said: {
    added: (step: string) => `Added: ${step}`,
    reworded: (step: string) => `Reworded: ${step}`,
    moved: (step: string, place: number, count: number) => `${step}: place ${place} of ${count}`,
    done: (step: string) => `${step}: done`,
    reopened: (step: string) => `${step}: open again`,
    dropped: (step: string) => `${step}: dropped`,
  },
  goal: {
    choice: 'This is a goal: plan it, carry it out, report',
    constraints: 'Constraints, one a line',
    placeholder: 'Touch nothing but docs/\nKeep the tests passing',
    problem: (line: number, problem: string) => `Constraint ${line}: ${problem}`,
  },
} as const;

import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';
import type { OverviewRun } from '../../overview-contract.ts';

const origins: Readonly<Record<Exclude<OverviewRun['origin']['kind'], 'person'>, string>> = { schedule: 'schedule', trigger: 'trigger' };

/** "1 run is", "3 runs are". */
const are = (runs: number) => (runs === 1 ? '1 run is' : `${runs} runs are`);
const go = (runs: number) => (runs === 1 ? '1 run goes' : `${runs} runs go`);

/** What the overview of autonomous work says. */
export const texts = {
  loading: 'Loading the overview',
  counts: {
    working: 'At work',
    held: 'Held',
    waiting: 'Waiting for a person',
    /** For screen readers, after a number. */
    inInbox: ' in the inbox',
    started: 'Started today',
    startedBy: (people: number, schedules: number, triggers: number) =>
      `${people} by people, ${schedules} by schedules, ${triggers} by triggers`,
  },
  held: 'Held',
  heldAbout:
    'Begun or due before autonomous work was switched off. They go on where they were when it is switched on; nothing of them is lost.',
  working: 'At work',
  workingNone: 'No run works at the moment.',
  more: (runs: number) => `And ${runs} more.`,
  startedBy: (kind: keyof typeof origins, name: string | null, person: string) => `${origins[kind]} ${name ?? ''}, for ${person}`,
  next: 'Next',
  nextAbout: 'When schedules are due.',
  nextNone: 'No schedule is due. Make one, and an agent begins by itself at the times it names.',
  schedules: 'Schedules',
  switch: {
    isOn: 'Autonomous work is on',
    isOff: 'Autonomous work is off',
    on: 'Runs of the level autonomous, and those that schedules and triggers start, go on by themselves.',
    off: (held: number) =>
      `${held === 0 ? 'None starts' : `${are(held)} held, and none starts`}, until somebody switches it on. Supervised runs that people start go on.`,
    switchedOn: (name: string, at: ReactNode) => sentence`${name} switched it on ${at}.`,
    switchedOff: (name: string, at: ReactNode) => sentence`${name} switched it off ${at}.`,
    turnOff: 'Switch off now',
    turnedOff: (held: number) => (held === 0 ? 'Autonomous work is off.' : `Autonomous work is off: ${are(held)} held.`),
    turnOn: 'Switch on…',
    turnedOn: (held: number) => (held === 0 ? 'Autonomous work is on.' : `Autonomous work is on: ${go(held)} on.`),
    title: 'Switch autonomous work on',
    action: 'Switch on',
    about: (held: number) =>
      held === 0 ? 'Nothing is held. New runs may begin at once.' : `${go(held)} on at once, without asking again.`,
    confirm: (name: string) => `Write the name of the organization: ${name}`,
  },
} as const;

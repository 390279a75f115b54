/** What schedules and triggers say alike. */
import type { ReactNode } from 'react';
import type { Budget } from '#features/agents/budget.ts';
import { formatNumber } from '#ui/format/figure.ts';
import { sentence } from '#ui/format/sentence.ts';

const amounts: Record<keyof Budget, (amount: number) => string> = {
  steps: (amount) => `${formatNumber(amount)} steps`,
  tokens: (amount) => `${formatNumber(amount)} tokens`,
  inputTokens: (amount) => `${formatNumber(amount)} tokens read`,
  outputTokens: (amount) => `${formatNumber(amount)} tokens written`,
  cost: (amount) => `${formatNumber(amount)} US$`,
  minutes: (amount) => `${formatNumber(amount)} minutes`,
};

export const texts = {
  /** Of one schedule or trigger. */
  titles: { schedule: 'Schedule', trigger: 'Trigger' },
  loading: { schedule: 'Loading the schedule', trigger: 'Loading the trigger' },
  new: { schedule: 'New schedule', trigger: 'New trigger' },
  actions: {
    more: (name: string) => `More for ${name}`,
    edit: 'Edit',
    delete: 'Delete',
    pause: 'Pause',
    paused: (name: string) => `${name} is paused.`,
    resume: 'Resume',
    undo: 'Undo',
    cancel: 'Cancel',
  },
  list: {
    loading: { schedule: 'Loading schedules', trigger: 'Loading triggers' },
    none: { schedule: 'No schedules yet', trigger: 'No triggers yet' },
    askMember: 'A member of your team can make one.',
    onBehalfOf: (name: string) => `for ${name}`,
    paused: 'Paused',
  },
  history: { title: 'History', loading: 'Loading the history', none: 'Nothing yet', older: 'Show older ones' },
  project: {
    label: 'Project',
    loading: 'Loading projects',
    none: 'No project yet',
    readOnly: 'You can only view the projects here. Ask an admin for the role member to add schedules and triggers.',
    noneAbout: {
      schedule: 'A schedule starts runs in a project. Make a project first.',
      trigger: 'A trigger starts runs in a project. Make a project first.',
    },
  },
  outcomes: { started: 'Started', skipped: 'Skipped', missed: 'Missed', failed: 'Not started' },
  form: {
    goal: 'Goal',
    message: 'What to do',
    messagePlaceholder: 'Read yesterday’s notes and write a summary to summary.md',
    runWith: 'Run with',
    noModel: 'The agent’s, else the default',
    budget: 'Budget of each run',
    budgetHint: 'What a run may use before it pauses and asks. Left empty, the server’s default holds.',
    isGoal: 'This is a goal',
    isGoalHint: 'The agent makes a plan, ticks it off, and ends with a report.',
    constraints: 'Constraints',
    constraintsPlaceholder: 'Change nothing outside docs/',
    constraintsHint: 'What it must keep to, one a line.',
  },
  summary: {
    project: 'Project',
    onBehalfOf: 'On behalf of',
    level: 'Level',
    agent: 'Agent',
    noAgent: 'None in particular',
    model: 'Model',
    agentModel: 'The agent’s',
    defaultModel: 'The default',
    budget: 'Budget of each run',
    goal: 'Goal',
    message: 'What it does',
    amounts,
    defaultBudget: 'The server’s default',
  },
  conditions: {
    takenOver: (name: string) => `${name} works on your behalf from now on.`,
    takeOver: 'Let it work on my behalf',
    paused: (time: ReactNode) => sentence`It is paused since ${time}: nothing starts until it is resumed.`,
    viewer: (name: string) =>
      `It works on behalf of ${name}, who may only watch here by now. Nothing can start until somebody else takes it over.`,
    left: (name: string) =>
      `It works on behalf of ${name}, who is no member any more. Nothing can start until somebody else takes it over.`,
    agentArchived: (name: string) => `Its agent ${name} is archived. Restore it, or choose another one: until then nothing starts.`,
    willTakeOver: (name: string) => `It works on behalf of ${name}. Once you save, it works on yours, with what you may do.`,
  },
} as const;

/** What the list of runs and the form of a new run say. */
import type { Budget } from '#features/agents/budget.ts';

const amounts: Record<keyof Budget, (amount: number) => string> = {
  steps: (amount) => `${amount} steps`,
  tokens: (amount) => `${amount} tokens`,
  inputTokens: (amount) => `${amount} input tokens`,
  outputTokens: (amount) => `${amount} output tokens`,
  cost: (amount) => `${amount} US$`,
  minutes: (amount) => `${amount} minutes`,
};

export const texts = {
  pane: 'Agent',
  loading: 'Loading runs',
  none: 'No runs yet',
  noneEditable:
    'Tell the agent below what to do with the files of this project, or try an example. You can watch every step and stop it at any time.',
  noneReadOnly: 'What agents do for the team in this project appears here.',
  older: 'Show older runs',
  examplesLabel: 'Examples',
  /** Messages to try first. The built-in demo model handles them as well as any language model, and each has a visible effect. */
  examples: [
    'Create notes/welcome.md saying Hello, team!',
    'Create plan.md with 1. draft, 2. review, 3. publish, then read plan.md',
    'Tell the time for 10 s, 5 times a second',
  ],
  startedBy: {
    person: (name: string) => name,
    schedule: (name: string) => `${name}, by a schedule`,
    trigger: (name: string) => `${name}, by a trigger`,
  },
  loadingRun: 'Loading the run',
  runFailed: 'This run cannot be shown',
  allRuns: 'All runs',
  message: 'Message',
  send: 'Send',
  newMessage: 'Tell the agent what to do',
  newGoal: 'What is to be reached',
  budget: (amounts: string) => `Budget: ${amounts}`,
  amounts,
  defaultBudget: '50 steps a message',
} as const;

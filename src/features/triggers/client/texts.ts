import type { ReactNode } from 'react';
import type { TriggerKind } from '#features/triggers/contract.ts';
import { sentence } from '#ui/format/sentence.ts';

const kinds: Readonly<Record<TriggerKind, { label: string; hint: string }>> = {
  webhook: { label: 'Another program sends a webhook', hint: 'A signed request, whose body the run is given as data.' },
  files: { label: 'Files of the project change', hint: 'The run is told which, by whom, and in which change.' },
};

/** What the screens of triggers say. */
export const texts = {
  list: {
    about: 'A trigger starts a run when another program sends a webhook, or when files of a project change.',
    files: (path: ReactNode) => sentence`When ${path} changes`,
    webhook: 'Webhook',
    /** For screen readers, before a time. */
    last: 'Last ',
    never: 'Never fired',
    new: 'New trigger',
  },
  actions: {
    newSecret: 'New secret',
    resumed: (name: string) => `${name} fires again from now on.`,
  },
  delete: {
    title: (name: string) => `Delete ${name}?`,
    action: 'Delete trigger',
    about: {
      webhook:
        'Its history and its secret are gone with it; the runs it started stay. This cannot be undone. To keep it for later, pause it.',
      files: 'Its history is gone with it; the runs it started stay. This cannot be undone. To keep it for later, pause it.',
    } satisfies Record<TriggerKind, string>,
    done: (name: string) => `${name} is deleted.`,
  },
  editor: {
    create: 'Create trigger',
    created: (name: string) => `“${name}” fires from now on.`,
    save: 'Save',
    saved: (name: string) => `${name} is changed.`,
    name: 'Name',
    namePlaceholder: 'After a deployment',
    kind: 'Start a run when',
    kinds,
    path: 'Which files',
    pathPlaceholder: 'docs/**/*.md',
    pathHint: 'A file, a folder with all below it, or a pattern: * within a folder, ** through folders. ** alone is the whole project.',
    byRuns: 'Changes by agents count too',
    byRunsHint: 'Never those of its own runs; and after three triggers in a row, each by a run of the one before, the chain ends.',
  },
  history: {
    noneFiles: 'Change one of its files: ten seconds later it fires, and what came of it is told here.',
    noneWebhook:
      'Send it a signed request, and what came of it is told here. Its secret was shown when it was made; the menu above makes a new one.',
    message: (id: string, bytes: number) => `Message ${id}, ${bytes.toLocaleString('en')} bytes`,
    /** @param more how many others */
    paths: (paths: readonly string[], more: number) =>
      more > 0 ? `${paths.join(', ')} and ${more.toLocaleString('en')} more` : paths.join(' and '),
    /** @param depth in a chain of triggers @param times within an hour */
    cause: (cause: string, depth: number, times: number) =>
      `${cause}${depth > 1 ? ` · number ${depth} of a chain` : ''}${times > 1 ? ` · ${times} times within an hour` : ''}`,
  },
  secret: {
    title: 'Copy the secret now: it is not shown again',
    about: 'Anyone who has it can start this trigger’s runs. Keep it where the sender keeps its secrets.',
    secret: 'Secret',
    copySecret: 'Copy the secret',
    address: 'Address',
    copyAddress: 'Copy the address',
    example: 'Try it in a shell',
    copyExample: 'Copy the example',
    exampleAbout:
      'Signed by Standard Webhooks, for which most languages have a library. This text holds the secret too: do not paste it where others read.',
    done: 'I have copied it',
    old: (end: ReactNode) => sentence`The secret before the newest is good too, until it ends ${end}.`,
    unauthenticated: (times: number, last: ReactNode) =>
      times === 1
        ? sentence`One request had a wrong signature, ${last}. If the sender is yours, compare its secret with the one that was shown here.`
        : sentence`${times.toLocaleString('en')} requests had a wrong signature, the last ${last}. If the sender is yours, compare its secret with the one that was shown here.`,
  },
  takeOver: {
    takeTheirs: 'Take theirs',
    changedMeanwhile: 'Someone changed this trigger meanwhile. Take theirs, and change it again.',
  },
  summary: {
    byPeople: (path: ReactNode) => sentence`Starts a run when ${path} has been changed by people, ten seconds after the last change.`,
    byAnyone: (path: ReactNode) =>
      sentence`Starts a run when ${path} has been changed by people or agents, ten seconds after the last change.`,
    webhook: 'Starts a run for each request that is signed with its secret.',
  },
} as const;

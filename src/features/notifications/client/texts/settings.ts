import type { ReactNode } from 'react';
import type { Channel, Choices, Kind, Notification } from '#features/notifications/contract.ts';
import { sentence } from '#ui/format/sentence.ts';

const kinds: Readonly<Record<Kind, { name: string; hint: string }>> = {
  approval_asked: { name: 'An approval is asked', hint: 'An agent waits for an answer that you may give.' },
  run_ended: { name: 'A run of mine has ended', hint: 'It is done, or has failed.' },
  start_failed: { name: 'A run of mine could not start', hint: 'A schedule or trigger of yours was due.' },
  autonomy_off: { name: 'Autonomy is switched off', hint: 'By another admin or owner of an organization you run.' },
  tools_changed: {
    name: 'A tool has changed',
    hint: 'Of a tool server in an organization you run. Agents are not offered it until you have looked.',
  },
};

const channels: Readonly<Record<Channel, string>> = { page: 'Page', email: 'Email', webhook: 'Webhook' };

type Scopes<K extends 'approval_asked' | 'run_ended'> = Readonly<Record<Choices[K]['of'], string>>;
const scopes: { readonly [K in 'approval_asked' | 'run_ended']: Scopes<K> } = {
  approval_asked: { all: 'of all runs', mine: 'of my runs' },
  run_ended: { unattended: 'scheduled, triggered or with a goal', all: 'any run' },
};

const outcomes: Readonly<Record<Channel, Readonly<Record<Notification['status'], string>>>> = {
  page: { delivered: 'Shown in the page', waiting: 'Under way', failed: 'Given up', withdrawn: 'Not needed any more' },
  email: {
    delivered: 'Email sent',
    waiting: 'Email under way',
    failed: 'Email given up',
    withdrawn: 'Email not needed any more',
  },
  webhook: {
    delivered: 'Webhook told',
    waiting: 'Webhook under way',
    failed: 'Webhook given up',
    withdrawn: 'Webhook not needed any more',
  },
};

/** What the settings of notifications say, and the list of recent ones. */
export const texts = {
  kinds,
  channels,
  scopes,
  loading: 'Loading notifications',
  table: 'What you are told, and how',
  when: 'When',
  which: (kind: string) => `Which: ${kind}`,
  choice: (kind: string, channel: string) => `${kind}: ${channel}`,
  save: 'Save',
  saved: 'Your notifications are saved.',
  discard: 'Discard changes',
  test: 'Send a test',
  email: {
    title: 'Email',
    address: (address: ReactNode) => sentence`Goes to ${address}.`,
    notSetUp: (server: ReactNode, sender: ReactNode, address: ReactNode) =>
      sentence`Not set up here. Whoever runs this Guildhall can do it: it takes ${server}, ${sender} and ${address}.`,
    tested: 'The mail server took it. Look into your mailbox.',
  },
  webhook: {
    title: 'Webhook',
    address: 'Address',
    addressPlaceholder: 'https://example.com/guildhall',
    addressHint: 'Gets a signed POST with JSON. It has to be reachable on the public internet.',
    make: 'Make a secret',
    makeHint: 'Nothing is sent without one.',
    renew: 'Make a new secret',
    renewHint: 'Messages are signed with it. A new one replaces it at once.',
    tested: 'Your server took it.',
    secret: 'The secret of your webhook',
    secretAbout: 'Your server checks with it that a message is from here. It is shown this once: copy it now.',
    copySecret: 'Copy the secret',
    done: 'Done',
  },
  recent: {
    loading: 'Loading what you were told',
    emptyTitle: 'You were told nothing yet',
    empty: 'Choose above what you want to hear of, and send yourself a test. What is told stays here for 30 days.',
    more: 'Show older ones',
    outcomes,
    reason: (outcome: string, reason: string) => `${outcome}: ${reason}`,
    nextAttempt: (at: ReactNode) => sentence`Next attempt ${at}.`,
  },
} as const;

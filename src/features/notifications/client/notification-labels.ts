/** Labels for the kinds, channels and outcomes of notifications. */
import type { Channel, Kind, Notification } from '#features/notifications/contract.ts';

export const kindWords: Record<Kind, { name: string; hint: string }> = {
  approval_asked: { name: 'An approval is asked', hint: 'An agent waits for an answer that you may give.' },
  run_ended: { name: 'A run of mine has ended', hint: 'It is done, or has failed.' },
  start_failed: { name: 'A run of mine could not start', hint: 'A schedule or trigger of yours was due.' },
  autonomy_off: { name: 'Autonomy is switched off', hint: 'By another admin or owner of an organization you run.' },
  tools_changed: {
    name: 'A tool has changed',
    hint: 'Of a tool server in an organization you run. Agents are not offered it until you have looked.',
  },
};

export const channelWords: Record<Channel, string> = { page: 'Page', email: 'E-mail', webhook: 'Webhook' };

export const scopeWords = {
  approval_asked: { all: 'of all runs', mine: 'of my runs' },
  run_ended: { unattended: 'scheduled, triggered or with a goal', all: 'any run' },
} as const;

export function describeOutcome({ channel, status }: Notification): string {
  if (status === 'delivered') return channel === 'page' ? 'Shown in the page' : channel === 'email' ? 'E-mail sent' : 'Webhook told';
  const what = channel === 'email' ? 'E-mail' : 'Webhook';
  if (status === 'waiting') return `${what} under way`;
  return status === 'failed' ? `${what} given up` : `${what} not needed any more`;
}

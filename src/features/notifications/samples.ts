import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listNotifications: () => ({ query: { channel: 'email', limit: '5' } }),
  getNotificationSettings: () => ({}),
  putNotificationSettings: () => ({
    body: {
      choices: {
        approval_asked: { page: true, email: true, webhook: false, of: 'mine' },
        run_ended: { page: false, email: false, webhook: true, of: 'unattended' },
        start_failed: { page: true, email: true, webhook: true },
        autonomy_off: { page: true, email: true, webhook: true },
        tools_changed: { page: true, email: false, webhook: false },
      },
      webhookUrl: 'https://hooks.example.com/guildhall',
    },
  }),
  makeNotificationSecret: () => ({}),
  testNotification: () => ({ body: { channel: 'webhook' } }),
};

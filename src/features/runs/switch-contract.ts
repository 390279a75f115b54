import * as z from 'zod';
import { autonomySwitch, ofOrganization } from '#features/policies/contract.ts';
import { endpointsOf } from '#wire/contract.ts';

const endpoint = endpointsOf('Autonomy');

export const switchAutonomy = endpoint({
  name: 'switchAutonomy',
  method: 'PUT',
  path: '/api/autonomy/switch',
  priority: 'critical',
  summary:
    'Switch an organization’s autonomous work off, at once and on all servers, or back on. Switching on requires the organization’s name as `confirm`.',
  query: ofOrganization,
  body: z.strictObject({ on: z.boolean(), confirm: z.string().max(200).optional() }),
  replies: {
    200: z.object({
      switch: autonomySwitch,
      /** Runs that are paused now, or were until now. */
      runs: z.int(),
    }),
  },
});

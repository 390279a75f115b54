/** How policies are described, on the screens of later features too. */
import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

export const texts = {
  decisions: { allow: 'Allow', ask: 'Ask', deny: 'Deny' },
  levels: {
    off: { name: 'Off', says: 'Proposes; every change needs a click.' },
    supervised: { name: 'Supervised', says: 'Reads freely; asks before it changes anything.' },
    autonomous: { name: 'Autonomous', says: 'Changes files by itself; asks before it acts outside.' },
  },
  /** Each includes the higher roles. */
  actingRoles: { member: 'Members', admin: 'Admins', owner: 'Owners' },
  scopes: { user: 'Each person', project: 'Each project', organization: 'The organization' },
  projectScopes: { user: 'A person whose runs work here', project: 'This project', organization: 'The organization, for runs here' },
  anyTool: 'Any tool',
  allToolsOf: (server: string) => `All tools of ${server}`,
  /** Within a sentence. */
  roles: { viewer: 'viewer', member: 'member', admin: 'admin', owner: 'owner' },
  deniedLevel: (level: string, needed: string, own: string) => `${level} needs the role ${needed}; yours is ${own}.`,
  paused: (by: string, time: ReactNode) => sentence`Held: ${by} switched autonomy off ${time}. It goes on when an admin switches it on.`,
} as const;

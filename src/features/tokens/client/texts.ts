import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';
import type { Scope } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';

/** One line each; the table of rights lists what exactly a scope allows. */
const scopes: Readonly<Record<Scope, { name: string; about: string }>> = {
  read: { name: 'Read', about: 'See projects, files, runs, usage and settings.' },
  write: { name: 'Write', about: 'Change files and projects, and create agents.' },
  run: { name: 'Run', about: 'Start, steer and stop runs; set up schedules and triggers.' },
  approve: { name: 'Approve', about: 'Approve and reject what agents ask for.' },
  admin: { name: 'Admin', about: 'Manage members, models, connections and agent permissions.' },
};

const roles: Readonly<Record<Role, string>> = { viewer: 'Viewer', member: 'Member', admin: 'Admin', owner: 'Owner' };

/** What the screens of tokens say. */
export const texts = {
  scopes,
  roles,
  loading: 'Loading tokens',
  me: {
    about: 'Tokens let scripts and tools use the API as you. A token never has more rights than you have.',
    emptyTitle: 'No tokens yet',
    empty: 'Create one to use the API from a script. You choose what it may do and how long it works.',
  },
  organization: {
    title: 'Service accounts',
    about:
      'Tokens of the organization act on their own, with a role of their own. A token stops working when the admin who created it leaves.',
    emptyTitle: 'No service accounts yet',
    empty: 'Create one for a script that should not depend on one person’s account.',
  },
  create: 'New token',
  list: {
    expired: 'Expired',
    allProjects: 'All projects',
    projects: (names: readonly string[]) => names.join(', '),
    manyProjects: (count: number) => `${count} projects`,
    otherProjects: (count: number) => (count === 1 ? '1 project you can’t see' : `${count} projects you can’t see`),
    createdBy: (name: string) => `Created by ${name}`,
    lastUsed: (at: ReactNode) => sentence`Last used ${at}`,
    neverUsed: 'Never used',
    expiresOn: (day: string) => `Expires ${day}`,
    expiredOn: (day: string) => `Expired ${day}`,
    neverExpires: 'Never expires',
    revoke: 'Revoke',
    revokeNamed: (name: string) => `Revoke ${name}`,
  },
  dialog: {
    title: 'New token',
    titleOfOrganization: 'New service account',
    action: 'Create token',
    name: 'Name',
    nameHint: 'What it is for, for example “Nightly build”.',
    scopes: 'What it may do',
    included: (count: number) => `Everything that includes, as far as your role allows it (${count})`,
    role: 'Role',
    roleHint: 'Its scopes can only narrow this down.',
    projects: 'Projects',
    all: 'All projects, including future ones',
    selected: 'Only selected projects',
    noProjects: 'There are no projects yet.',
    expiry: 'Expires',
    expiryHint: 'A token that expires does less harm if it leaks.',
  },
  expiry: { 7: 'In 7 days', 30: 'In 30 days', 90: 'In 90 days', 365: 'In a year', never: 'Never' },
  secret: {
    title: (name: string) => `Copy the token “${name}” now`,
    about: 'You won’t see it again. Keep it like a password.',
    copy: 'Copy the token',
    example: 'Try it in a terminal, with the token in the variable GUILDHALL_TOKEN:',
    copyExample: 'Copy the example',
    docs: 'API reference',
    done: 'Done',
  },
  revoke: {
    title: (name: string) => `Revoke ${name}?`,
    about: 'Whatever uses it stops working at once. This can’t be undone.',
    action: 'Revoke token',
    done: (name: string) => `${name} is revoked.`,
  },
} as const;

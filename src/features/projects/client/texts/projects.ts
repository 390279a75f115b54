import type { Role } from '#wire/role.ts';

const roles: Readonly<Record<Role, string>> = { viewer: 'Viewer', member: 'Member', admin: 'Admin', owner: 'Owner' };

/** What the list of projects says, and the dialogs it opens. */
export const texts = {
  roles,
  loading: 'Loading projects',
  emptyTitle: 'No projects yet',
  empty: 'A project holds files that your team and its agents work on together. Create the first one to begin.',
  emptyReadOnly: 'A project holds files that your team and its agents work on together. Ask an admin of your team for one.',
  restricted: 'Restricted to listed people',
  /** For screen readers, before a time. */
  changed: 'Changed ',
  actions: (name: string) => `Actions for ${name}`,
  access: 'Access',
  name: 'Name',
  new: {
    title: 'New project',
    action: 'Create project',
    namePlaceholder: 'Handbook',
  },
  rename: {
    open: 'Rename',
    title: 'Rename project',
    action: 'Rename',
  },
  delete: {
    open: 'Delete',
    title: (name: string) => `Delete ${name}?`,
    action: 'Delete project',
    about: 'Its files, their history and its agent runs are gone with it, for everyone. This cannot be undone.',
    done: (name: string) => `${name} is deleted.`,
  },
} as const;

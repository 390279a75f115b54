import type { Role } from '#wire/role.ts';

const names: Readonly<Record<Role, string>> = { viewer: 'Viewer', member: 'Member', admin: 'Admin', owner: 'Owner' };

/** Inside a sentence. */
const nouns: Readonly<Record<Role, string>> = { viewer: 'viewer', member: 'member', admin: 'admin', owner: 'owner' };

const withArticle: Readonly<Record<Role, string>> = { viewer: 'a viewer', member: 'a member', admin: 'an admin', owner: 'an owner' };

const about: Readonly<Record<Role, string>> = {
  viewer: 'Sees projects, runs and files, and changes nothing.',
  member: 'Works on projects: changes files, starts runs and approves.',
  admin: 'Also manages people, models, connections and agent permissions.',
  owner: 'Can do everything, including transferring ownership.',
};

/** What roles are called. */
export const texts = { names, nouns, withArticle, about } as const;

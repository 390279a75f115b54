import type { ProjectRole } from '#wire/role.ts';

const roles: Readonly<Record<ProjectRole, string>> = { viewer: 'Viewer', member: 'Member' };

/** What the dialog about access to a project says. */
export const texts = {
  roles,
  title: (name: string) => `Access to ${name}`,
  save: 'Save access',
  saved: 'The access is saved.',
  loading: 'Loading access',
  who: 'Who has access',
  organization: 'Everyone in the organization',
  organizationAbout: 'With their role in the organization, or the role listed below.',
  listed: 'Only listed people',
  listedAbout: 'Owners and admins always have access.',
  people: 'People with their own role in this project',
  nobody: 'Nobody is listed.',
  add: 'Add a person',
  person: (name: string, email: string) => `${name} (${email})`,
  roleOf: (name: string) => `Role of ${name}`,
  remove: (name: string) => `Remove ${name}`,
  readOnly: 'Admins of the organization choose who has access.',
  close: 'Close',
} as const;

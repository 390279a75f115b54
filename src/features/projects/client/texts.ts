/** What the screens of projects say. */
export const texts = {
  restricted: 'Restricted to listed people',
  access: {
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
    roleOf: (name: string) => `Role of ${name}`,
    remove: (name: string) => `Remove ${name}`,
    readOnly: 'Admins of the organization choose who has access.',
    close: 'Close',
    viewer: 'Viewer',
    member: 'Member',
  },
} as const;

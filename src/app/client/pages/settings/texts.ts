/** What the pages of the organization's settings say around the components of the features. */
export const texts = {
  title: 'Organization settings',
  general: { name: 'General', about: 'Name, new projects, ownership' },
  members: { name: 'Members', about: 'Who belongs to it, and their roles' },
  invitations: { name: 'Invitations', about: 'Invite people, and see open invitations' },
  roles: { name: 'Roles', about: 'What each role may do' },
  security: { name: 'Security', about: 'What protects accounts here' },
  models: { name: 'Models', about: 'Providers, allowed models, prices' },
  connections: { name: 'Connections', about: 'Tool servers and web pages for agents' },
  agentPermissions: { name: 'Agent permissions', about: 'What agents may do on their own' },
  limits: { name: 'Limits', about: 'Storage used, and what takes the space' },
  audit: { name: 'Audit', about: 'Who did what, and when' },
  invite: 'Invite people',
} as const;

import type { Role } from '#wire/role.ts';

const roles: Readonly<Record<Role, string>> = { viewer: 'viewer', member: 'member', admin: 'admin', owner: 'owner' };

/** What the layout around all pages says, and the few pages that load with it. */
export const texts = {
  lost: (former: string, next: string) => `You’re no longer a member of ${former}. This tab now shows ${next}.`,
  newRole: (organization: string, role: Role) => `Your role in ${organization} is now ${roles[role]}.`,
  lostLast: (former: string) => `You’re no longer a member of ${former}.`,
  loading: 'Loading',
  skip: 'Skip to content',
  main: 'Main',
  find: 'Find',
  projects: 'Projects',
  inbox: 'Inbox',
  agents: 'Agents',
  schedules: 'Schedules',
  activity: 'Activity',
  usage: 'Usage',
  monitor: 'Monitor',
  more: 'More',
  newProject: 'New project',
  organizationSettings: 'Organization settings',
  settings: 'Settings',
  mySettings: 'My settings',
  setupGuide: 'Setup guide',
  signOut: 'Sign out',
  /** For screen readers, after a number. */
  waiting: ' waiting',
  /** For screen readers, before the name. */
  you: 'You: ',
  userMenu: (name: string) => `You: ${name}`,
  commands: {
    /** Kinds. */
    page: 'Page',
    project: 'Project',
    theme: 'Theme',
    section: (name: string, about: string) => `${name}: ${about}`,
    ofMonitor: (name: string) => `${name} · Monitor`,
    themeSystem: 'Theme: as the system',
    themeLight: 'Theme: light',
    themeDark: 'Theme: dark',
  },
  noOrganization: {
    title: 'You’re not in an organization',
    about: 'Open the invitation link you were sent, or ask an admin of your team for one.',
    aboutCreating: 'Open the invitation link you were sent, or ask an admin of your team for one. You can also create an organization.',
    create: 'New organization',
  },
  notFound: {
    title: 'Not found',
    heading: 'There is nothing here',
    about: 'The address may be mistyped, the project deleted, or it belongs to somebody who has not shared it with you.',
    toProjects: 'Go to projects',
  },
  failed: {
    title: 'This page could not be shown',
    about: 'Perhaps Guildhall was updated meanwhile. Reload the page; what you typed into files is kept in this browser.',
    reload: 'Reload',
  },
} as const;

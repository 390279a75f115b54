import type { Role } from '#wire/role.ts';

const roles: Readonly<Record<Role, string>> = { viewer: 'viewer', member: 'member', admin: 'admin', owner: 'owner' };

/** What pages that load later say around the components of the features. */
export const texts = {
  needsRole: (organization: string, needed: Role, own: Role) =>
    `This page needs the role ${roles[needed]} in ${organization}; yours is ${roles[own]}.`,
  agent: 'Agent',
  newAgent: 'New agent',
  schedule: 'Schedule',
  newSchedule: 'New schedule',
  trigger: 'Trigger',
  newTrigger: 'New trigger',
  triggers: 'Triggers',
  schedulesAndTriggers: 'Schedules and triggers',
  exportUsage: 'CSV',
  loadReports: {
    title: 'Load reports',
    report: 'Load report',
    loadingReport: 'Loading the report',
    compared: 'Load reports compared',
    chooseOthers: 'Choose others',
    loadingReports: 'Loading the reports',
    nothing: 'Nothing to compare',
    choose: 'Choose two reports or more in the list.',
  },
} as const;

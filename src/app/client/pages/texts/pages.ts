/** What pages that load later say around the components of the features. */
export const texts = {
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

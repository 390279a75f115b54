/** What the pages for operators say around the components of the features. */
export const texts = {
  title: 'Monitor',
  overview: 'Overview',
  doctor: 'Doctor',
  backups: 'Backups',
  loadReports: 'Load reports',
  range: 'Range',
  hour: 'Last hour',
  day: 'Last day',
} as const;

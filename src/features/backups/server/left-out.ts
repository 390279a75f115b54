/**
 * Tables that are not in a backup, each with the reason. All others are: whatever a person made, and what keeps a restored installation from
 * doing something twice. A test checks that every name here is a table.
 */
export const leftOut: Readonly<Record<string, string>> = {
  migrations: 'The header of a backup has them; restoring applies them.',
  sessions: 'A restore would revive sessions that were ended since. People sign in again.',
  one_time_links: 'A restore would revive links that were used since. They last hours; people ask for new ones.',
  limit_windows: 'Counts of the last minutes.',
  sign_in_tries: 'Counts of the last minutes.',
  presence: 'Who had which file open.',
  servers: 'The servers that were running.',
  trigger_strangers: 'Counts of unsigned requests, shown until the next restart.',
  write_probes: 'Filler with which servers test whether the database takes writes.',
  recurring_jobs: 'Every server enters its jobs when it starts.',
  monitor_samples: 'Figures of the servers that were running.',
  doctor_reports: 'What the doctor found in the installation that was backed up.',
  client_builds: 'Every server stores its build when it starts.',
  client_assets: 'Every server stores its build when it starts.',
  backups: 'The list of backups. Restoring keeps the list that is there.',
  restore_tests: 'Belongs to the list of backups, and stays with it.',
  restores: 'The restores of this database, of which a backup made before knows nothing.',
};

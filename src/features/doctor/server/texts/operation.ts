/** What the checks of daily operation say. */
const units = [
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
  ['seconds', 1],
] as const;

/** From two of a unit on: "90 minutes", "2 hours". */
function duration(seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= 2 * each) ?? units[3];
  return `${Math.max(0, Math.floor(seconds / size))} ${unit}`;
}

export const texts = {
  health: {
    ok: (uptime: number) => `The server is healthy, and has been up for ${duration(uptime)}.`,
    bad: (status: string, reasons: string) => ({
      detail: `The server reports that it is ${status}. ${reasons}`,
      advice: 'The sentence above says what is wrong. A load balancer sends no requests to a server that is unavailable.',
    }),
  },
  versions: {
    ok: (version: string, processes: number) =>
      processes === 1 ? `One server process runs, of version ${version}.` : `${processes} server processes run, all of version ${version}.`,
    none: 'No server runs.',
    mixed: (list: string) => ({
      detail: `Servers of different versions run: ${list}.`,
      advice: 'That is fine during an upgrade. Afterwards, restart the old ones with the new version.',
    }),
    other: (running: string, own: string) => ({
      detail: `The servers run version ${running}, and this is version ${own}.`,
      advice: 'Restart the servers to complete the upgrade, or run the doctor of their version.',
    }),
    unknown: 'before 0.2',
    count: (version: string, processes: number) => `${version} (${processes})`,
  },
  logLines: {
    ok: 'No log line was lost since the server started.',
    lost: (count: number) => ({
      detail: `${count.toLocaleString('en')} log lines were lost since the server started: its output could not be written.`,
      advice: 'Check the disk of the log, and that the program which collects it keeps up.',
    }),
    unread: 'Needs METRICS_TOKEN, to ask the server.',
  },
  metrics: {
    ok: 'The metrics can be read with METRICS_TOKEN, and not without.',
    development: 'Development shows metrics to everyone who can reach it.',
    unset: {
      detail: 'METRICS_TOKEN is not set, so no monitoring system can read /metrics.',
      advice: 'Set METRICS_TOKEN on every server, and give it to Prometheus as bearer token. docs/monitoring.md has the rest.',
    },
    open: {
      detail: 'Anyone can read /metrics.',
      advice: 'Set METRICS_TOKEN, and NODE_ENV=production.',
    },
    weak: (length: number) => ({
      detail: `METRICS_TOKEN has only ${length} characters, and can be guessed.`,
      advice: 'Set a longer one: openssl rand -hex 24.',
    }),
    rejected: (status: number) => ({
      detail: `The server answers ${status} to METRICS_TOKEN.`,
      advice: 'Set the same METRICS_TOKEN on every server, and restart those that were started with another one.',
    }),
  },
  scraped: {
    ok: (seconds: number) => `The metrics were last read ${Math.round(seconds)} s ago.`,
    never: {
      detail: 'No monitoring system has read the metrics in the last five minutes.',
      advice: 'Let Prometheus, or what you use, scrape /metrics of each server once a minute. docs/monitoring.md has a configuration.',
    },
    noServer: 'No server runs, so there is nothing to read.',
  },
  backup: {
    ok: (seconds: number) => `The last good backup is ${duration(seconds)} old.`,
    never: (scheduled: boolean) => ({
      detail: 'There is no backup of this installation.',
      advice: scheduled
        ? 'A server makes the first one within two minutes of its start. If not, its log and the page Backups say why.'
        : 'Run npm run backup, and set BACKUP_TO for automatic backups: see docs/backup.md.',
    }),
    old: (seconds: number) => ({
      detail: `The last good backup is ${duration(seconds)} old.`,
      advice: 'Look for failed backups on the page Backups and in the log. npm run backup makes one now.',
    }),
    unavailable: 'This version makes no backups.',
  },
  restoreTest: {
    ok: (seconds: number) => `A backup was restored for a test ${duration(seconds)} ago, and everything was there.`,
    off: (reason: string) => ({
      detail: `Backups are not restored for a test. ${reason}`,
      advice: 'A backup that was never restored may be none. docs/backup.md says what restore tests need.',
    }),
    never: {
      detail: 'No backup has been restored for a test yet.',
      advice: 'The first test runs by itself within minutes of the first backup, and then one each month: docs/backup.md.',
    },
    old: (seconds: number) => ({
      detail: `The last restore test was ${duration(seconds)} ago.`,
      advice: 'Look for the reason on the page Backups and in the log.',
    }),
    failed: (detail: string) => ({
      detail: `The last restore test failed: ${detail}`,
      advice: 'Make a new backup with npm run backup and restore it somewhere else. docs/backup.md has the steps.',
    }),
  },
  restored: {
    ok: 'Nothing is held back after a restore.',
    held: (seconds: number) => ({
      detail: `A backup was restored ${duration(seconds)} ago. Until that is confirmed, no run starts, and no email or webhook goes out.`,
      advice: 'Look around, and confirm with npm run restore -- --confirm, or under Monitor → Backups.',
    }),
  },
  loadTest: {
    ok: (seconds: number) => `The last load test passed, ${duration(seconds)} ago.`,
    never: {
      detail: 'No load test has run on this installation.',
      advice: 'Run npm run test:load. It tests servers of its own with 50 users for a minute, on a database of its own.',
    },
    failed: (seconds: number) => ({
      detail: `The last load test, ${duration(seconds)} ago, missed its targets.`,
      advice: 'Its report under Load reports says what gave out first. Run npm run test:load again after a change.',
    }),
  },
};

/** What servers do again and again, each job on one of them at a time. */
import { deleteOldKeys } from '#kernel/idempotency.ts';
import type { Features } from './features.ts';

/** In seconds. */
const MINUTE = 60;
const HOUR = 60 * MINUTE;

export function enterRecurringJobs({
  log,
  accounts,
  backups,
  connections,
  db,
  files,
  jobs,
  limits,
  mail,
  monitor,
  notifications,
  schedules,
  searchIndex,
  sessions,
  tokens,
  triggers,
}: Features): void {
  jobs.recur('sessions-clean-up', 15 * MINUTE, async () => {
    log.info({ deleted: await sessions.cleanUp() }, 'expired sessions were deleted');
  });
  jobs.recur('links-clean-up', 24 * HOUR, async () => void (await accounts.cleanUp()));
  // Often, since a service account's runs end with it.
  jobs.recur('presence-clean-up', HOUR, async () => void (await files.live.cleanUp()));
  jobs.recur('tokens-clean-up', MINUTE, async () => void (await tokens.cleanUp()));
  jobs.recur('notifications-clean-up', 24 * HOUR, async () => void (await notifications.cleanUp()));
  jobs.recur('mail-counts-clean-up', 24 * HOUR, async () => void (await mail.cleanUp()));
  jobs.recur('tool-server-addresses', 24 * HOUR, async () => void (await connections.sealAddresses()));
  jobs.recur('schedules-clean-up', HOUR, async () => void (await schedules.cleanUp()));
  jobs.recur('triggers-clean-up', HOUR, async () => void (await triggers.cleanUp()));
  jobs.recur('idempotency-keys-clean-up', HOUR, async () => void (await deleteOldKeys(db)));
  jobs.recur('search-clean-up', HOUR, async () => void (await searchIndex.cleanUp()));
  jobs.recur('monitor-clean-up', HOUR, async () => void (await monitor.cleanUp()));
  jobs.recur('limits-clean-up', 5 * MINUTE, async () => void (await limits.cleanUp()));
  jobs.recur('backups', MINUTE, () => backups.maintain());
  jobs.recur('restore-test', 5 * MINUTE, () => backups.testRestore());
}

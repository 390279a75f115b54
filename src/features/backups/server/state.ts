/** How the installation's backups are doing. */
import { hasEmbedded } from '#kernel/database/embedded/embedded.ts';
import { type Queryable, statement } from '#kernel/database/statement.ts';
import * as sql from './queries.ts';
import type { BackupSettings } from './settings.ts';
import { texts } from './texts.ts';

const selectHasList = statement<{ found: boolean }>('backups.select-has-list', `select to_regclass('backups') is not null as found`);

/** Whether this database has a list of backups. */
export const hasList = async (db: Queryable): Promise<boolean> => (await selectHasList(db))[0]?.found === true;

/** Why backups are not restored as a test by themselves; null if they are. */
export async function whyNoTests({
  everyHours,
  restoreTestUrl,
}: Pick<BackupSettings, 'everyHours' | 'restoreTestUrl'>): Promise<string | null> {
  if (everyHours === undefined) return texts.noTests.noBackups;
  return restoreTestUrl !== undefined || (await hasEmbedded()) ? null : texts.noTests.noTarget;
}

/** For the doctor. */
export async function readBackupState(db: Queryable, settings: Pick<BackupSettings, 'everyHours' | 'restoreTestUrl'>) {
  const [age] = await sql.selectAge(db);
  const [test] = await sql.selectLastTest(db);
  return {
    scheduled: settings.everyHours !== undefined,
    everyHours: settings.everyHours ?? HOURS_A_DAY,
    lastGoodAt: age && new Date(Date.now() - age.seconds * 1000),
    lastRestoreTest: test && { at: new Date(test.tested_at), passed: test.passed, detail: test.failure ?? '' },
    restoreTestsOff: (await whyNoTests(settings)) ?? undefined,
  };
}

const HOURS_A_DAY = 24;

/** This installation, as the doctor examines it. */
import { readBackupState } from '#features/backups/server/backups.ts';
import type { Subject } from '#features/doctor/server/doctor.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type Config, environment } from './config.ts';
import { reseal } from './reseal.ts';

/** @param databaseAt where its database is, or why there is none yet */
export const doctorSubject = (config: Config, databaseAt: Subject['databaseAt'], version: string = packageJson.version): Subject => ({
  settings: config,
  problems: [],
  variables: process.env,
  knownVariables: Object.keys(environment.shape),
  version,
  databaseAt,
  readBackupState: (db) => readBackupState(db, config.backups),
  openSealed: (db) => reseal({ query: (query) => db.query({ name: '', ...query }) }, config.encryptionKeys, { change: false }),
});

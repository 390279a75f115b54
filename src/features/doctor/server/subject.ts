/** What is examined: an installation, as far as the doctor knows it from outside. */
import type { LimiterName, Rate } from '#features/limits/server/limits.ts';
import type { MailSettings } from '#features/mail/server/mail.ts';
import type { EnvironmentProvider } from '#features/models/provider-variables.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import type { BackupState } from './backup-state.ts';

/** The part of the configuration that the doctor looks at. */
interface Settings {
  production: boolean;
  port: number;
  host: string | undefined;
  databaseUrl: string | undefined;
  dataDir: string;
  processes: number;
  poolMax: number;
  directUrl: string | undefined;
  replicas: { urls: readonly string[] };
  sessionSecrets: readonly string[];
  encryptionKeys: readonly string[];
  trustProxy: number | undefined;
  bodies: { maxFileBytes: number };
  rates: Readonly<Record<LimiterName, Rate>>;
  rateMultiplier: number;
  publicUrl: string | undefined;
  mail: MailSettings | undefined;
  metricsToken: string | undefined;
  tls: { cert: string; key: string } | undefined;
  logLevel: string;
  providers: readonly EnvironmentProvider[];
}

export interface Sealed {
  total: number;
  /** Sealed with an older key. */
  old: number;
  unreadable: readonly { what: string; name: string; id: string }[];
}

export interface Subject {
  settings: Settings;
  /** Of the environment; a server that runs has none. */
  problems: readonly { variable: string; message: string }[];
  /** The environment as it is. */
  variables: Readonly<Record<string, string | undefined>>;
  /** The names of Guildhall's own variables. */
  knownVariables: readonly string[];
  version: string;
  /** Or why there is none yet; `broken` if there should be one. */
  databaseAt: { url: string } | { url?: undefined; reason: string; broken?: boolean };
  /** Local address of the running server; undefined: look where the settings say it is. */
  origin?: string | undefined;
  /** Permissions of `secrets.json` before it was read; undefined if it does not exist. */
  secretsMode?: number | undefined;
  /** Where a test email goes. */
  mailTo?: string | undefined;
  /** Tries to open every sealed secret. */
  openSealed(db: Queryable): Promise<Sealed>;
  /** Undefined: this version makes no backups. */
  readBackupState?: ((db: Queryable) => Promise<BackupState>) | undefined;
  /** Where plain HTTP is expected beside the standard port of HTTPS; for tests, which may not listen on 80. */
  httpPort?: number | undefined;
}

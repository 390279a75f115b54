/** The variables of backups, and what they mean. */
import { join } from 'node:path';
import * as z from 'zod';

const text = z.string().trim().min(1);

export const backupVariables = {
  BACKUP_TO: text
    .optional()
    .describe(
      'Where backups go: a folder, or s3://bucket/folder of an S3-compatible service. Default: the folder backups in DATA_DIR. If set, backups are made by themselves.',
    ),
  BACKUP_EVERY: text
    .regex(/^[1-9]\d{0,3}[hd]$/, 'a time such as 12h or 1d')
    .default('1d')
    .describe('How often a backup is made by itself, in hours or days. Requires BACKUP_TO.'),
  BACKUP_KEEP: z.coerce
    .number('a whole number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(1000, 'at most 1000')
    .default(14)
    .describe('How many backups made by themselves are kept; those made by people stay.'),
  BACKUP_PASSPHRASE: z
    .string()
    .min(12, '12 characters or more')
    .optional()
    .describe(
      'Encrypts backups, which then contain SESSION_SECRET and ENCRYPTION_KEY too. Keep it elsewhere: without it they cannot be read.',
    ),
  RESTORE_TEST_URL: text
    .regex(/^postgres(ql)?:\/\//, 'an address such as postgresql://user:password@host:5432/database')
    .optional()
    .describe(
      'An empty PostgreSQL database on another server, into which the newest backup is restored each month as a test. If unset, a temporary PostgreSQL is started for it.',
    ),
  AWS_ENDPOINT_URL_S3: z
    .url({ protocol: /^https?$/, error: 'an address such as https://s3.example.com' })
    .optional()
    .describe('Address of the S3-compatible service for BACKUP_TO=s3://…. Default: Amazon’s, in AWS_REGION.'),
  AWS_REGION: text.default('us-east-1').describe('Region of the bucket in BACKUP_TO.'),
  AWS_ACCESS_KEY_ID: text.optional().describe('Key that may write to the bucket in BACKUP_TO, with AWS_SECRET_ACCESS_KEY.'),
  AWS_SECRET_ACCESS_KEY: text.optional().describe('The secret of that key.'),
};

type Variables = z.infer<z.ZodObject<typeof backupVariables>> & { DATA_DIR: string };

export const readBackupSettings = (env: Variables) => ({
  to: env.BACKUP_TO ?? join(env.DATA_DIR, 'backups'),
  /** Undefined: backups are only made when somebody asks for one. */
  everyHours: env.BACKUP_TO ? Number(env.BACKUP_EVERY.slice(0, -1)) * (env.BACKUP_EVERY.endsWith('d') ? 24 : 1) : undefined,
  keep: env.BACKUP_KEEP,
  passphrase: env.BACKUP_PASSPHRASE,
  s3:
    env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY
      ? {
          endpoint: env.AWS_ENDPOINT_URL_S3 ?? `https://s3.${env.AWS_REGION}.amazonaws.com`,
          region: env.AWS_REGION,
          accessKeyId: env.AWS_ACCESS_KEY_ID,
          secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
        }
      : undefined,
  restoreTestUrl: env.RESTORE_TEST_URL,
});

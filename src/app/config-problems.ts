/** What is wrong with an environment, as sentences that say what to set. */
import type * as z from 'zod';
import { HOW_TO_MAKE, weaknesses } from './secrets.ts';

export interface ConfigProblem {
  /** The first one, if it concerns several. */
  variable: string;
  message: string;
}

export const problemOf = ({ path, message }: z.core.$ZodIssue): ConfigProblem => ({
  variable: String(path[0]),
  message: `${path.join('.')} must be ${message}`,
});

export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(
      `The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nSee .env.example for what each variable is for.`,
    );
    this.name = 'ConfigError';
  }
}

export function missingInProduction(given: Record<string, string | undefined>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (given['DATABASE_URL'] === undefined)
    problems.push({ variable: 'DATABASE_URL', message: 'DATABASE_URL must be set in production, to a PostgreSQL of yours' });
  if (given['SESSION_SECRET'] === undefined)
    problems.push({
      variable: 'SESSION_SECRET',
      message: `SESSION_SECRET must be set in production, to 64 random characters or more. ${HOW_TO_MAKE}`,
    });
  const weak = ['SESSION_SECRET', 'ENCRYPTION_KEY'].flatMap((variable) =>
    weaknesses(variable, given[variable]).map((message) => ({ variable, message })),
  );
  return [...problems, ...weak];
}

/** The other addresses of a database: none goes with the embedded one. */
export function missingForOthers(given: Record<string, string | undefined>): ConfigProblem[] {
  if (given['DATABASE_URL'] !== undefined) return [];
  return ['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URLS']
    .filter((variable) => given[variable] !== undefined)
    .map((variable) => ({ variable, message: `DATABASE_URL must be set where ${variable} is` }));
}

/** Emails are written outside any request, so the address cannot come from one; an address from a request may be an attacker's anyway. */
export function missingForMail(given: Record<string, string | undefined>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (given['MAIL_FROM'] === undefined)
    problems.push({ variable: 'MAIL_FROM', message: 'MAIL_FROM must be set where SMTP_URL is, to the sender of e-mails' });
  if (given['PUBLIC_URL'] === undefined && given['NODE_ENV'] === 'production')
    problems.push({
      variable: 'PUBLIC_URL',
      message: 'PUBLIC_URL must be set where SMTP_URL is, to where people reach this Guildhall: the links in e-mails need it',
    });
  return problems;
}

export function missingForS3(given: Record<string, string | undefined>): ConfigProblem[] {
  const problems = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
    .filter((variable) => given[variable] === undefined)
    .map((variable) => ({ variable, message: `${variable} must be set where BACKUP_TO is an s3:// address` }));
  if (!/^s3:\/\/[a-z0-9][\w.-]*(\/|$)/.test(given['BACKUP_TO'] ?? ''))
    problems.push({ variable: 'BACKUP_TO', message: 'BACKUP_TO must be a folder or s3://bucket/folder' });
  return problems;
}

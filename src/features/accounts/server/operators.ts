/** What operators do with accounts on the command line, which is where they prove that the installation is theirs. */
import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { violates } from '#kernel/errors.ts';
import { findByEmail } from './find-user.ts';
import { found, isFirst } from './founding.ts';
import { createLink } from './links.ts';
import * as sql from './operator-queries.ts';
import { createPasswords } from './password.ts';
import { MAX_PASSED_ON_PER_HOUR, PASSED_ON_HOURS } from './password-changes.ts';
import { insertUser } from './queries.ts';
import { texts } from './texts.ts';

const actor = { userId: null, name: 'An operator on the command line' };

interface User {
  id: string;
  name: string;
  email: string;
}

async function find(db: Database, email: string): Promise<User> {
  const user = await findByEmail(db, email);
  if (!user) throw new Error(`No account has the email address ${email}. List all with: npm run user -- list`);
  return { id: user.id, name: user.name, email: user.email };
}

type OperatorAction = 'account.add' | 'account.promote' | 'account.demote' | 'account.password_link';

function record(db: Database, tx: Transaction, { id, name }: User, action: OperatorAction): void {
  const subject = { kind: 'account', id, name };
  tx.withCommit(createAuditLog({ db }).recordAbout(tx, id, { actor, action, subject }));
}

/** @returns whether this changed anything @throws Error for an unknown address, and rather than taking the right from the last operator */
async function setOperator(db: Database, email: string, operator: boolean): Promise<{ user: User; changed: boolean }> {
  const user = await find(db, email);
  return db.transaction(async (tx) => {
    await sql.lockOperators(tx);
    const operators = await sql.selectOperators(tx);
    if (operators.some(({ id }) => id === user.id) === operator) return { user, changed: false };
    if (!operator && operators.length === 1) throw new Error(`${user.email} is the last operator. Promote somebody else first.`);
    await sql.setOperator(tx, { userId: user.id, operator });
    record(db, tx, user, operator ? 'account.promote' : 'account.demote');
    return { user, changed: true };
  });
}

/** The path of a link with which a person sets a new password, once. */
interface PasswordLink {
  path: string;
  expiresAt: string;
}

async function linkFor(db: Database, tx: Transaction, user: User): Promise<PasswordLink> {
  const limits = { hours: PASSED_ON_HOURS, maxPerHour: MAX_PASSED_ON_PER_HOUR };
  const link = await createLink(tx, { userId: user.id, purpose: 'password', email: user.email, ...limits });
  if (!link) throw new Error(texts.email.tooMany);
  record(db, tx, user, 'account.password_link');
  return { path: texts.resetPath(link.token), expiresAt: link.expiresAt };
}

/** @throws Error for an unknown address */
async function createResetPath(db: Database, email: string): Promise<PasswordLink & { user: User }> {
  const user = await find(db, email);
  return db.transaction(async (tx) => ({ user, ...(await linkFor(db, tx, user)) }));
}

/**
 * Makes an account that nobody can sign in to before its person has set a password with the link. The first account is an operator's.
 * @param bcryptRounds cost of a hash
 * @param join makes the person a member of an organization, in the same transaction; without it, they found one
 * @throws Error if the address has an account
 */
async function createPerson(
  db: Database,
  { name, email, operator, bcryptRounds }: { name: string; email: string; operator: boolean; bcryptRounds: number },
  join: (tx: Transaction, user: User) => Promise<unknown> = found,
): Promise<PasswordLink & { user: User; operator: boolean }> {
  const user = { id: uuid(), name, email };
  // Of a password that nobody knows.
  const passwordHash = await createPasswords({ rounds: bcryptRounds, atOnce: 1 }).hash(randomBytes(32).toString('base64'));
  const made = db.transaction(async (tx) => {
    const operates = (await isFirst(tx)) || operator;
    await insertUser(tx, { ...user, passwordHash, operator: operates });
    await join(tx, user);
    record(db, tx, user, 'account.add');
    if (operates) record(db, tx, user, 'account.promote');
    return { user, operator: operates, ...(await linkFor(db, tx, user)) };
  });
  return made.catch((error: unknown) => {
    if (!violates(error, 'users_email')) throw error;
    throw new Error(`${email} has an account already. For a new password: npm run user -- reset ${email}`, { cause: error });
  });
}

async function listPeople(db: Database) {
  const rows = await sql.selectPeople(db);
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((ofPerson) => {
    const [first] = ofPerson;
    if (!first) return [];
    const organizations = ofPerson.flatMap(({ organization, role }) => (organization && role ? [{ name: organization, role }] : []));
    const { id, name, email, operator, email_confirmed: emailConfirmed, created_at: createdAt } = first;
    return [{ id, email, name, operator, emailConfirmed, createdAt, organizations }];
  });
}

export const operators = { setOperator, createPerson, createResetPath, listPeople };

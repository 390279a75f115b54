/**
 * Accounts: users, the organizations they belong to, and their roles there. A user signs up, which creates an organization, and is
 * authenticated by email address and password. The sessions feature handles sessions.
 */
import { v7 as uuid } from 'uuid';
import type { User } from '#features/accounts/contract.ts';
import { createCache } from '#kernel/cache.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, forbidden, HttpProblem, violates } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createPasswords } from './password.ts';
import { requireHardToGuess } from './password-rules.ts';
import * as sql from './queries.ts';

export type Accounts = ReturnType<typeof createAccounts>;

interface Options {
  db: Database;
  eventBus: EventBus;
  metrics: Metrics;
  /** `open`: anyone may create an organization; `invite`: only the first user may. */
  signup: 'open' | 'invite';
  bcryptRounds: number;
  maxConcurrentHashes: number;
}

/** A user, apart from the session that makes the request. */
export type Person = Omit<Identity, 'sessionId' | 'confirmedAt' | 'token'>;

export function createAccounts({ db, eventBus, metrics, signup, bcryptRounds, maxConcurrentHashes }: Options) {
  const signInsFailed = metrics.counter('sign_ins_failed_total', 'Sign-in attempts with a wrong email or password');
  const passwords = createPasswords({ rounds: bcryptRounds, atOnce: maxConcurrentHashes });
  metrics.gauge('password_hashes_waiting', 'Passwords waiting to be hashed', (gauge) => gauge.set(passwords.waiting()));
  const people = createCache<Person>({ eventBus, channel: 'user', load: loadPerson, max: 20_000 });

  async function loadPerson(userId: string): Promise<Person | undefined> {
    const [rows, projectRoles] = await Promise.all([sql.selectMemberships(db, { userId }), sql.selectProjectRoles(db, { userId })]);
    const [first] = rows;
    if (!first) return undefined;
    const organizations = rows.flatMap((row) =>
      row.organization_id
        ? [{ id: row.organization_id, name: row.organization_name, role: row.role, ...(row.operates && { operates: true as const }) }]
        : [],
    );
    return {
      id: userId,
      name: first.name,
      email: first.email,
      organizations,
      ...(first.operator && { operator: true as const }),
      ...(first.default_organization_id && { defaultOrganizationId: first.default_organization_id }),
      projectRoles: new Map(projectRoles.map((row) => [row.project_id, row.role])),
    };
  }

  return {
    /** @returns the person with this id, from cache; undefined if there is none */
    person: (userId: string) => people.get(userId),

    /** Reads a person anew at their next request here; other servers learn of changes by notification. */
    forget: (userId: string): void => people.invalidate(userId),

    /**
     * The first person becomes an operator.
     * @param record records the sign-up in the same transaction
     * @param join makes the new person a member of an organization, in the same transaction; without it, they found one
     * @throws 422 for a password that is easily guessed, 409 `email_taken`, 403 `signup_closed`
     */
    async signUp(
      input: { name: string; email: string; password: string },
      record: (tx: Transaction, who: { id: string; name: string }) => Promise<unknown>,
      join?: (tx: Transaction, who: { id: string; name: string; email: string }) => Promise<unknown>,
    ): Promise<User> {
      const closed = signup === 'invite' && !join;
      // Checked before hashing too, so a closed sign-up costs nothing.
      const [before] = await sql.selectAnyUser(db);
      if (closed && before?.found) throw signupClosed();
      requireHardToGuess(input.password, input);
      const passwordHash = await passwords.hash(input.password);
      const { name, email } = input;
      const id = uuid();
      await db
        .transaction(async (tx) => {
          const first = !before?.found && (await isFirst(tx));
          if (closed && !first) throw signupClosed();
          await sql.insertUser(tx, { id, name, email, passwordHash, operator: first });
          await (join ?? found)(tx, { id, name, email });
          tx.withCommit(record(tx, { id, name }));
        })
        .catch((error: unknown) => {
          throw violates(error, 'users_email')
            ? conflict('email_taken', 'This e-mail address has an account already. Sign in instead.')
            : error;
        });
      // Warms the cache for the next request, which asks for the same person.
      const person = await people.get(id);
      if (!person) throw new Error('a person who has just signed up is not found');
      return describeUser(person);
    },

    /** @throws 401 `invalid_credentials`, with the same message and timing for an unknown address and a wrong password */
    async recognise(email: string, password: string): Promise<User> {
      // Addresses are ASCII. PostgreSQL lowers İ to i, so another spelling would find the account, with a rate limit of its own.
      const usable = /^[\x20-\x7e]*$/.test(email) && !password.includes('\0');
      const [row] = usable ? await sql.findUserByEmail(db, { email: email.trim() }) : [];
      const matches = await passwords.verify(password, row?.password_hash);
      const person = matches && row ? await people.get(row.id) : undefined;
      if (!person) {
        signInsFailed.inc();
        throw new HttpProblem(
          401,
          'invalid_credentials',
          'This e-mail address and password do not belong together. Check both and try again.',
        );
      }
      return describeUser(person);
    },
  };
}

/** Founds the organization of somebody who signs up without an invitation. */
async function found(tx: Transaction, { id, name }: { id: string; name: string }): Promise<void> {
  const organizationId = uuid();
  await sql.insertOrganization(tx, { id: organizationId, name: `${name}’s team` });
  await sql.insertMember(tx, { organizationId, userId: id, role: 'owner' });
}

/** Whether nobody has signed up yet. Waits for others who find the same. */
async function isFirst(tx: Transaction): Promise<boolean> {
  await sql.lockSignup(tx);
  return !(await sql.selectAnyUser(tx))[0]?.found;
}

/** A person as the API shows them to themselves. */
export function describeUser({ id, name, email, organizations, operator, defaultOrganizationId }: Person): User {
  const more = { ...(operator && { operator }), ...(defaultOrganizationId !== undefined && { defaultOrganizationId }) };
  return { id, name, email, organizations: [...organizations], ...more };
}

const signupClosed = () => forbidden('Sign-up is by invitation here. Ask whoever runs this Guildhall to invite you.', 'signup_closed');

/**
 * Fills an installation with a demo team, through the API: each person signs up, works and asks as they would in a browser, on a server
 * that only this process reaches.
 */
import { operators } from '#features/accounts/server/accounts.ts';
import { liftLimits } from '#features/limits/server/limits.ts';
import type { Project } from '#features/projects/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { startServer } from '../server.ts';
import { seedAutomations } from './automations.ts';
import { seedProjects } from './projects.ts';
import { seedRuns } from './runs.ts';
import { ADDRESSES, seedTeam } from './team.ts';

/** Nothing here is limited, and hashes of passwords that nobody will use are cheap. */
const UNLIMITED = 1_000_000;
const BCRYPT_ROUNDS = 4;

const HELD = 'This installation was restored, and no run starts until that is confirmed. First: npm run restore -- --confirm';

export interface Seeded {
  organization: { id: string; name: string };
  people: { name: string; email: string; role: string; operator: boolean; path: string; expiresAt: string }[];
  projects: { id: string; name: string }[];
  /** How many runs were started. */
  runs: number;
}

/** Reachable from this machine alone, over plain HTTP, and without mail. Otherwise as configured: it may claim runs of others who work here. */
const privately = (config: Config): Config => ({
  ...config,
  host: '127.0.0.1',
  port: 0,
  tls: undefined,
  publicUrl: undefined,
  hostOnlyCookies: false,
  mail: undefined,
  signup: 'open',
  processes: 1,
  bcryptRounds: BCRYPT_ROUNDS,
  rateMultiplier: UNLIMITED,
});

/** @throws Error if the demo team is there already, or a restore is not confirmed */
export async function seed({
  db,
  config,
  databaseUrl,
  log,
}: {
  db: Database;
  config: Config;
  databaseUrl: string;
  log: Log;
}): Promise<Seeded> {
  const accounts = await operators.listPeople(db);
  const taken = accounts.find(({ email }) => ADDRESSES.includes(email));
  if (taken) throw new Error(`The demo team is here already: ${taken.email} has an account. To start over, use an empty database.`);
  const server = await startServer({
    config: privately(config),
    databaseUrl,
    log,
    version: packageJson.version,
    maxConcurrentHashes: 2,
    demoPace: 0,
    leavesNotifications: true,
  });
  try {
    if (server.features.outgoing.isHeld()) throw new Error(HELD);
    const origin = `http://127.0.0.1:${server.port}`;
    const team = await seedTeam(origin);
    const projects = await seedProjects(team);
    const runs = await seedRuns(team, projects);
    await seedAutomations(team, projects, { canSeal: config.encryptionKeys.length > 0, origin });
    const people = [];
    for (const email of ADDRESSES) people.push(await describe(db, email));
    const named = Object.values(projects).map(({ id, name }: Project) => ({ id, name }));
    return { organization: team.organization, people, projects: named, runs };
  } finally {
    await server.close({ notice: 0 });
    // Counted without a limit, but stored like all others.
    for (const who of ['127.0.0.1', ...ADDRESSES]) await liftLimits(db, who);
  }
}

async function describe(db: Database, email: string): Promise<Seeded['people'][number]> {
  const { path, expiresAt } = await operators.createResetPath(db, email);
  const person = (await operators.listPeople(db)).find((each) => each.email === email);
  if (!person) throw new Error(`${email} was just there, and is not found`);
  return { name: person.name, email, role: person.organizations[0]?.role ?? '', operator: person.operator, path, expiresAt };
}

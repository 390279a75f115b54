/** An expired session is rejected everywhere, and its cookie is worthless. */
import { currentUser, login } from '#features/accounts/contract.ts';
import type { SessionTable } from './database.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import { idOf, isAccepted, type Stay } from './stay.ts';

const LIVES_S = 3;
/** Servers and their database may have different clocks. */
const GRACE_S = 1;

export const expiry = (table: SessionTable): PhasePlan => ({ name: 'Expiry', work: (stay) => tryExpiry(stay, table) });

async function tryExpiry(stay: Stay, table: SessionTable): Promise<Outcome> {
  const [person] = await stay.signUp(1);
  if (!person) throw new Error('Nobody signed up');
  const ctx = await stay.signIn(person, 0);
  const copy = stay.copy(ctx);
  const servers = Array.from({ length: stay.servers }, (_, server) => server);
  const id = await idOf(ctx, 0);
  const ask = () => Promise.all(servers.map((server) => isAccepted(copy, server)));
  await ask();
  await table.expireIn(id, LIVES_S);
  const before = await ask();
  await stay.rig.wait(LIVES_S + GRACE_S);
  const after = await ask();
  const revived = await table.isLive(id);

  // Planting the cookie in a browser gains nothing when a person signs in there.
  const cookie = ctx.cookies.header();
  await ctx.at(0)(login, { body: { email: person.email, password: person.password } });
  await ctx.at(0)(currentUser, {});
  const kept = ctx.cookies.header() === cookie || (await isAccepted(copy, 0));

  const problems = [
    before.includes(false) && 'it was refused before its time was up',
    after.includes(true) && `${after.filter(Boolean).length} of ${stay.servers} servers still accepted it`,
    revived && 'its row came to life again',
    kept && 'its cookie was worth something again after a sign-in',
  ].filter((problem) => problem !== false);
  return {
    met: problems.length === 0,
    summary:
      problems.length === 0
        ? `A session whose time is up is refused by all ${stay.servers} servers, and its cookie stays worthless.`
        : `A session's time was up, and ${problems.join('; ')}.`,
    figures: [],
  };
}

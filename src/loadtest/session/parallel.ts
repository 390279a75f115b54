/** One person in many browsers at once, on all servers. */
import { listSessions } from '#features/sessions/contract.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import { isAccepted, type Stay } from './stay.ts';

const SESSIONS = 20;

export const parallelSessions: PhasePlan = { name: 'Parallel sessions', work: tryParallel };

async function tryParallel(stay: Stay): Promise<Outcome> {
  const [person] = await stay.signUp(1);
  if (!person) throw new Error('Nobody signed up');
  const visits = await Promise.all(Array.from({ length: SESSIONS }, (_, index) => stay.signIn(person, index)));
  // Each uses a different server from the one that started it.
  const accepted = await Promise.all(visits.map((ctx, index) => isAccepted(ctx, index + 1)));
  const working = accepted.filter(Boolean).length;
  const { body } = (await visits[0]?.at(0)(listSessions, {})) ?? {};
  const listed = new Set(body?.sessions.map(({ id }) => id)).size;
  const met = working === SESSIONS && listed === SESSIONS;
  return {
    met,
    summary: `One person signed in ${SESSIONS} times at once; the list shows ${listed}, and ${working === SESSIONS ? 'each' : `only ${working}`} works on every server.`,
    figures: [
      { name: 'sessions listed', value: listed, unit: '' },
      { name: 'sessions that work', value: working, unit: '' },
    ],
  };
}

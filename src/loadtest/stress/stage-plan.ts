/** The number of users of the next stage: increased in steps to the first miss, narrowed by bisection, and confirmed going down. */

export interface StageResult {
  users: number;
  direction: 'up' | 'down';
  met: boolean;
}

export interface Next {
  users: number;
  direction: 'up' | 'down';
}

export interface PlanOptions {
  /** Users of the first stage. */
  first: number;
  max: number;
}

const GROWTH = 2;
/** Bisection stops when the gap is this share of the number that passed. */
const PRECISION = 0.1;
/** Going down, each try has this share of the users of the one that failed. */
const RETREAT = 0.9;
const MAX_RETREATS = 8;

/** @returns undefined if nothing is left to find out */
export function planNext(stages: readonly StageResult[], { first, max }: PlanOptions): Next | undefined {
  const up = (users: number): Next => ({ users, direction: 'up' });
  const { best, worst } = boundsOfUp(stages);
  if (stages.length === 0) return up(Math.min(first, max));
  if (worst === undefined) return best >= max ? undefined : up(Math.min(max, Math.ceil(best * GROWTH)));
  const middle = Math.round((best + worst) / 2);
  const isWide = worst - best > Math.max(1, best * PRECISION);
  if (!stages.some(({ direction }) => direction === 'down') && isWide && middle > best && middle < worst) return up(middle);
  return planDown(stages, best);
}

/** A stage on the way up may have passed only because the queue was still short. */
function planDown(stages: readonly StageResult[], best: number): Next | undefined {
  const down = stages.filter(({ direction }) => direction === 'down');
  const last = down.at(-1);
  if (best === 0 || last?.met || down.length >= MAX_RETREATS) return undefined;
  const users = last ? Math.floor(last.users * RETREAT) : best;
  return users < 1 ? undefined : { users, direction: 'down' };
}

/** @returns the most users that passed (0 if none did), and the fewest that failed (null if all passed) */
export function outcomeOf(stages: readonly StageResult[]): { holds: number; breaks: number | null } {
  const { best, worst } = boundsOfUp(stages);
  const down = stages.filter(({ direction }) => direction === 'down');
  if (down.length === 0) return { holds: worst === undefined ? best : 0, breaks: worst ?? null };
  const broken = [...down.filter(({ met }) => !met).map(({ users }) => users), worst ?? Number.POSITIVE_INFINITY];
  return { holds: down.find(({ met }) => met)?.users ?? 0, breaks: Math.min(...broken) };
}

function boundsOfUp(stages: readonly StageResult[]): { best: number; worst: number | undefined } {
  const up = stages.filter(({ direction }) => direction === 'up');
  const best = Math.max(0, ...up.filter(({ met }) => met).map(({ users }) => users));
  const missed = up.filter(({ met }) => !met).map(({ users }) => users);
  return { best, worst: missed.length === 0 ? undefined : Math.min(...missed) };
}

/** Records denied access. Bounded, since a person can repeat a denied request as often as they like. */
import { createBoundedMap } from '#kernel/bounded-map.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { HttpProblem } from '#kernel/errors.ts';
import type { RequestContext } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import type { Contract } from '#wire/contract.ts';
import { actorOf } from './access.ts';
import { type NewEntry, record, recordOf } from './record.ts';

const MINUTE_MS = 60_000;
const MAX_KEYS = 10_000;

/** Allows `max` of a kind per window, in milliseconds, as counted by this process. */
export function createPace(max: number, windowMs = MINUTE_MS) {
  const minutes = createBoundedMap<{ until: number; count: number }>(MAX_KEYS);
  return {
    allows(key: string): boolean {
      const now = performance.now();
      const minute = minutes.get(key);
      if (!minute || minute.until <= now) minutes.set(key, { until: now + windowMs, count: 1 });
      else minute.count++;
      return (minutes.get(key)?.count ?? 1) <= max;
    },
  };
}

/** `deleteProject` to `delete project`. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

interface Options {
  db: Database;
  log: Log | undefined;
}

/** @returns a function that records a right denied to a signed-in person, in the background */
export function createDeniedAccess({ db, log }: Options) {
  const pace = createPace(1);

  return (ctx: RequestContext, { name, method, path }: Contract, { code, organizationId }: HttpProblem): void => {
    const { identity, request } = ctx;
    // A denied autonomy level has its own entry.
    if (!identity || code === 'level_not_allowed' || !pace.allows(`${identity.id} ${name}`)) return;
    const { projectId } = request.params;
    const entry: Omit<NewEntry, 'organizationId'> = {
      actor: actorOf(ctx),
      action: 'access.refuse',
      subject: { kind: 'endpoint', id: null, name: wordsOf(name) },
      detail: { reason: code, endpoint: `${method} ${path}` },
    };
    const recorded = organizationId
      ? record(db, { ...entry, organizationId, projectId: typeof projectId === 'string' ? projectId : null })
      : recordOf(db, entry);
    recorded.catch((error: unknown) => log?.warn({ err: error }, 'a denied access was not recorded'));
  };
}

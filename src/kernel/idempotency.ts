/**
 * Idempotency-Key: a request repeated because its response was lost starts nothing twice. The key commits in the transaction of what it
 * started, so a server that dies leaves both or neither.
 */
import { hash } from 'node:crypto';
import type { Database, Transaction } from './database/pool.ts';
import { statement } from './database/statement.ts';
import { badRequest, HttpProblem } from './errors.ts';
import type { RequestContext } from './http/route.ts';
import { texts } from './texts.ts';

/** A key as one person sent it, with a digest of the request. */
export interface IdempotencyKey {
  userId: string;
  key: string;
  /** SHA-256 of method, path and body, as hex. */
  request: string;
}

interface Row {
  request: string;
  result: string;
}

/** No row if the person has already used the key; waits for a concurrent request with the same key. */
const insert = statement<{ key: string }, { userId: string; key: string; request: string }>(
  'idempotency.insert',
  `insert into idempotency_keys (user_id, key, request) values ($userId, $key, decode($request, 'hex'))
   on conflict (user_id, key) do nothing returning key`,
);
const select = statement<Row, { userId: string; key: string }>(
  'idempotency.select',
  // Committed together with its key, so it always exists.
  `select encode(request, 'hex') as request, result from idempotency_keys where user_id = $userId and key = $key and result is not null`,
);
const setResult = statement<never, { userId: string; key: string; result: string }>(
  'idempotency.set-result',
  'update idempotency_keys set result = $result where user_id = $userId and key = $key',
);
const deleteOld = statement<{ key: string }>(
  'idempotency.delete-old',
  "delete from idempotency_keys where created_at < now() - interval '24 hours' returning key",
  { timeout: 30_000 },
);

/** @returns the request's key; undefined without one @throws 400 for an invalid key */
export function idempotencyKeyOf({ identity, request }: RequestContext, body: unknown): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !identity) return undefined;
  if (typeof key !== 'string' || !/^[!-~]{1,255}$/.test(key)) throw badRequest('bad_idempotency_key', texts.problems.badIdempotencyKey);
  const [path] = request.originalUrl.split('?');
  return { userId: identity.id, key, request: hash('sha256', JSON.stringify([request.method, path, body ?? null])) };
}

/**
 * @param prepare checks whether the request is allowed, and returns a function that executes it in a transaction and returns the result
 * @returns the result: that of the first request if the key was used before
 * @throws 422 `idempotency_key_reused` if that was a different request
 */
export async function doOnce(
  db: Database,
  once: IdempotencyKey | undefined,
  prepare: () => Promise<(tx: Transaction) => Promise<string>>,
): Promise<string> {
  const [done] = once ? await select(db, { userId: once.userId, key: once.key }) : [];
  if (once && done) return resultOf(done, once);
  const work = await prepare();
  return db.transaction(async (tx) => {
    if (!once) return work(tx);
    const { userId, key, request } = once;
    const [claimed] = await insert(tx, { userId, key, request });
    if (!claimed) {
      const [earlier] = await select(tx, { userId, key });
      if (earlier) return resultOf(earlier, once);
      throw new Error('an idempotency key was neither free nor used');
    }
    const result = await work(tx);
    tx.withCommit(setResult(tx, { userId, key, result }));
    return result;
  });
}

function resultOf({ request, result }: Row, once: IdempotencyKey): string {
  if (request === once.request) return result;
  throw new HttpProblem(422, 'idempotency_key_reused', texts.problems.idempotencyKeyReused);
}

/** @returns how many keys older than a day were deleted */
export const deleteOldKeys = async (db: Database): Promise<number> => (await deleteOld(db)).length;

/** The replicas that reads go to: whether each follows the primary. */
import { setTimeout as sleep } from 'node:timers/promises';
import { selectPrimary, selectReplica } from '#kernel/database/replicas/queries.ts';
import { nameOfReplica } from '#kernel/database/replicas/replica.ts';
import { parsePosition } from '#wire/position.ts';
import { type Check, type Finding, ok, skipped, warning } from '../check.ts';
import { openConnections } from '../connections.ts';
import type { Context } from '../context.ts';
import { texts } from '../texts/database.ts';

/** To get where the primary was when the check began. */
const WAIT_MS = 3000;
const PAUSE_MS = 50;

async function checkReplicas({ database, settings: { replicas }, signal }: Context): Promise<Finding | Finding[]> {
  if (replicas.urls.length === 0) return skipped(texts.replicas.none);
  const [primary] = await selectPrimary(await database());
  return Promise.all(replicas.urls.map((url) => examineReplica(url, primary, signal)));
}

type Primary = Awaited<ReturnType<typeof selectPrimary>>[number] | undefined;

async function examineReplica(url: string, primary: Primary, signal: AbortSignal): Promise<Finding> {
  const name = nameOfReplica(url);
  const db = openConnections(url);
  const begun = performance.now();
  const wanted = parsePosition(primary?.position) ?? 0;
  try {
    for (;;) {
      const [replica] = await selectReplica(db);
      if (replica?.system !== primary?.system) return warning(texts.replicas.anotherDatabase(name));
      if (!replica?.standby) return warning(texts.replicas.promoted(name));
      if (replica.timeline !== primary?.timeline) return warning(texts.replicas.timeline(name));
      const missing = wanted - (parsePosition(replica.position) ?? 0);
      const taken = performance.now() - begun;
      if (missing <= 0) return ok(texts.replicas.ok(name, taken));
      if (taken > WAIT_MS) return warning(texts.replicas.behind(name, WAIT_MS / 1000, missing));
      await sleep(PAUSE_MS, undefined, { signal });
    }
  } catch (error) {
    return warning(
      texts.replicas.unreachable(
        name,
        error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error),
      ),
    );
  } finally {
    void db.close();
  }
}

export const replicaChecks: readonly Check[] = [{ code: 'database_replicas', needs: ['database'], run: checkReplicas }];

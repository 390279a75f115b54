/** A pooler in transaction mode: where it leads, and the timeouts that only it can set. */
import { requireSuitable } from '#kernel/database/requirements.ts';
import { timeoutSettings } from '#kernel/database/session-settings.ts';
import { type Check, type Finding, failed, ok, skipped, warning } from '../check.ts';
import { openConnections } from '../connections.ts';
import type { Context } from '../context.ts';
import * as sql from '../queries.ts';
import { texts } from '../texts/database.ts';

async function checkPooler({ settings: { databaseUrl, directUrl } }: Context): Promise<Finding> {
  if (databaseUrl === undefined || directUrl === undefined) return skipped(texts.pooler.none);
  const db = openConnections(databaseUrl, { pooled: true });
  try {
    await requireSuitable(directUrl, { pooler: databaseUrl });
    const [row] = await sql.selectTimeouts(db);
    return row?.unlimited ? warning(texts.pooler.unlimited(row.unlimited, timeoutSettings)) : ok(texts.pooler.ok);
  } catch (error) {
    return failed(texts.pooler.failed(error instanceof Error ? error.message : String(error)));
  } finally {
    void db.close();
  }
}

export const poolerChecks: readonly Check[] = [{ code: 'database_pooler', needs: ['database'], run: checkPooler }];

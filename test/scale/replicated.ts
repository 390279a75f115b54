/** Three servers behind a proxy, on a PostgreSQL with a streaming standby that all of them read from. */
import { eventually } from '../harness/eventually.ts';
import type { ServerProcess } from '../harness/process.ts';
import { type Cluster, startPrimary, startStandby } from '../harness/standby.ts';
import { type Fleet, openFleet } from '../proxies/fleet.ts';
import type { ProxyKind } from '../proxies/proxy.ts';
import { pauseReplay, resumeReplay } from '../replicas/cluster.ts';
import type { Hunt } from './hunt.ts';

const METRICS_TOKEN = 'the token of the metrics';
/** Tried, and checked, before a phase of lag begins or ends. */
const PAIRS_A_PHASE = 40;
/** A phase of each kind, on a machine that does much else. */
const READS_WITHIN_MS = 120_000;

export interface ReplicatedFleet {
  fleet: Fleet;
  primary: Cluster;
  standby: Cluster;
  close(): Promise<void>;
}

interface Options {
  /** Of every server. */
  settings: Record<string, string>;
  /** Of the checkout whose code they run; by default this one. */
  folder?: string | undefined;
}

/** The database is empty: the version that runs first makes its own schema. */
export async function openReplicatedFleet(kind: ProxyKind, { settings, folder }: Options): Promise<ReplicatedFleet> {
  await using cleanUp = new AsyncDisposableStack();
  const primary = await startPrimary();
  cleanUp.defer(() => primary.remove());
  const standby = await startStandby(primary, 'standby');
  cleanUp.defer(() => standby.remove());
  const fleet = await openFleet(kind, {
    databaseUrl: primary.url,
    // Only positions decide whether a standby that is behind is read from.
    settings: { METRICS_TOKEN, DATABASE_REPLICA_URLS: standby.url, DATABASE_REPLICA_MAX_LAG: '60', ...settings },
    folder,
  });
  cleanUp.defer(() => fleet.close());
  const resources = cleanUp.move();
  return { fleet, primary, standby, close: () => resources.disposeAsync() };
}

export interface Reads {
  replica: number;
  primary: number;
}

/** Reads that a replica may answer, by what answered them, since the server has started. */
export async function readsOf({ origin }: ServerProcess): Promise<Reads> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}`, connection: 'close' };
  const text = await (await fetch(`${origin}/metrics`, { headers })).text();
  const from = (target: keyof Reads) =>
    Number(new RegExp(`^database_reads_total\\{target="${target}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { replica: from('replica'), primary: from('primary') };
}

/** Has the standby fall behind and catch up in turn, while the hunt goes on. @returns a function that ends it, with the standby following */
export function startLagging(standby: Cluster, hunt: Hunt): () => Promise<void> {
  let over = false;
  const lagging = (async () => {
    while (!over) {
      await hunt.triesMore(PAIRS_A_PHASE);
      await pauseReplay(standby);
      await hunt.triesMore(PAIRS_A_PHASE);
      await resumeReplay(standby);
    }
  })();
  lagging.catch(() => undefined);
  return async () => {
    over = true;
    await lagging;
  };
}

/** While a standby falls behind and catches up. @returns what the server has read, once it has read from both */
export const readsFromBoth = (server: ServerProcess): Promise<Reads> =>
  eventually(
    'the server has read from the replica and from the primary',
    () => readsOf(server),
    ({ replica, primary }) => replica > 0 && primary > 0,
    READS_WITHIN_MS,
  );

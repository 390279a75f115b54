/** What servers keep while nobody is at work: in their processes, and in PostgreSQL. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import type { Kept } from './probe.ts';

export type Trace = keyof Omit<Kept, 'warnings'> | 'connections' | 'sessions' | 'cached sessions';

interface Limit {
  /** The growth from the first to the last checkpoint that is no leak. */
  tolerance: number;
  unit: 'MB' | '';
}

const MB = 1e6;

/** Per process, since each of them warms up. */
export const limits: Readonly<Record<Trace, Limit>> = {
  heap: { tolerance: 2 * MB, unit: 'MB' },
  buffers: { tolerance: 2 * MB, unit: 'MB' },
  handles: { tolerance: 3, unit: '' },
  timers: { tolerance: 5, unit: '' },
  listeners: { tolerance: 15, unit: '' },
  connections: { tolerance: 2, unit: '' },
  sessions: { tolerance: 0, unit: '' },
  'cached sessions': { tolerance: 5, unit: '' },
};

export interface Checkpoint {
  /** Seconds since the first round began. */
  at: number;
  requests: number;
  traces: Record<Trace, number>;
  /** Process ids, ascending: a process that was replaced took along what it kept. */
  processes: number[];
  warnings: string[];
}

/** @param folder of the probes' sockets */
export async function readProcesses(folder: string): Promise<{ pid: number; kept: Kept }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sock'));
  const read = async (name: string) => ({
    pid: Number.parseInt(name, 10),
    kept: JSON.parse(await text(connect(join(folder, name)))) as Kept,
  });
  return (await Promise.all(names.map(read))).sort((a, b) => a.pid - b.pid);
}

/** @returns connections of the servers to their database */
export async function countConnections(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'guildhall load' });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and application_name in ('guildhall', 'guildhall live')`,
    );
    return rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}

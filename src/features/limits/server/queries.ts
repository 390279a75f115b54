import { statement } from '#kernel/database/statement.ts';

interface WindowRow {
  /** Counts used in this window on all servers, including those granted here. */
  used: number;
  granted: number;
  /** The window's end: the same text identifies the same window. */
  window: string;
  /** Milliseconds until the window ends. */
  left: number;
}

/**
 * Leases counts from a key's window, starting a new window if the last one is over. Leases a share of what is left, so a key far from its
 * limit costs few statements and one near it is counted one by one; never more than is left. Uses PostgreSQL's clock, so servers' clocks
 * need not agree.
 */
export const leaseCounts = statement<WindowRow, { key: string; limit: number; windowMs: number; share: number }>(
  'limits.take-counts',
  `insert into limit_windows as w (key, ends_at, used, granted)
   values ($key, now() + $windowMs::double precision * interval '1 millisecond', greatest(1, $limit::int / $share::int),
     greatest(1, $limit::int / $share::int))
   on conflict (key) do update set
     ends_at = case when w.ends_at <= now() then excluded.ends_at else w.ends_at end,
     granted = case
       when w.ends_at <= now() then excluded.granted
       else greatest(0, least($limit::int - w.used, greatest(1, ($limit::int - w.used) / $share::int)))
     end,
     used = case
       when w.ends_at <= now() then excluded.used
       else w.used + greatest(0, least($limit::int - w.used, greatest(1, ($limit::int - w.used) / $share::int)))
     end
   returning used, granted, ends_at::text as window, extract(epoch from ends_at - now())::double precision * 1000 as left`,
);

/**
 * Releases leased, unused counts if their window is still the current one. Each key once, in key order, to avoid a deadlock between two
 * servers that release at the same time.
 */
export const releaseCounts = statement<never, { keys: string[]; counts: number[]; windows: string[] }>(
  'limits.return-counts',
  `update limit_windows w set used = greatest(0, w.used - r.count)
   from (
     select l.key, g.count from unnest($keys::text[], $counts::int[], $windows::timestamptz[]) as g (key, count, ends_at)
     join limit_windows l on l.key = g.key and l.ends_at = g.ends_at
     order by l.key for update of l
   ) r
   where w.key = r.key`,
  { timeout: 10_000 },
);

export const deleteEnded = statement<{ key: string }>(
  'limits.delete-ended',
  `delete from limit_windows where ends_at < now() - interval '1 minute' returning key`,
  { timeout: 30_000 },
);

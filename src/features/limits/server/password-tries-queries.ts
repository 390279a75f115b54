import { statement } from '#kernel/database/statement.ts';

/**
 * `counted`: proceed, and report the outcome · `turn`: proceed, as the only try of this pause · `wait`: enough tries are under way to add
 * up to ten failures · `refused`: not before the pause is over
 */
export type TryOutcome = 'counted' | 'turn' | 'wait' | 'refused';

interface TryRow {
  told: TryOutcome;
  /** Seconds until the pause is over. */
  left: number;
}

/**
 * Requests a try, by PostgreSQL's clock. A try whose server died counts as under way for a minute. The row's lock serializes statements for
 * one account.
 */
export const beginTry = statement<TryRow, { account: string; maxFailures: number; pauseSeconds: number; rememberedSeconds: number }>(
  'limits.begin-try',
  `insert into sign_in_tries as t (account, failures, under_way, begun_at, next_at, ends_at, told)
   values ($account, 0, 1, now(), now(), now() + $rememberedSeconds::int * interval '1 second', 'counted')
   on conflict (account) do update set (failures, under_way, begun_at, next_at, ends_at, told) = (
     select
       known.failures,
       known.under_way + (next.told = 'counted')::int,
       case when next.told = 'counted' then now() else t.begun_at end,
       case when next.told = 'turn' then now() + $pauseSeconds::int * interval '1 second' else t.next_at end,
       case when next.told in ('counted', 'turn') then now() + $rememberedSeconds::int * interval '1 second' else t.ends_at end,
       next.told
     from (
       select
         case when t.ends_at <= now() then 0 else t.failures end as failures,
         case when t.begun_at <= now() - interval '1 minute' then 0 else t.under_way end as under_way
     ) known,
     lateral (
       select case
         when known.failures >= $maxFailures::int then case when t.next_at <= now() then 'turn' else 'refused' end
         when known.failures + known.under_way < $maxFailures::int then 'counted'
         else 'wait'
       end as told
     ) next
   )
   returning told, extract(epoch from next_at - now())::double precision as left`,
);

export const endTry = statement<
  never,
  { account: string; failed: number; maxFailures: number; pauseSeconds: number; rememberedSeconds: number }
>(
  'limits.end-try',
  `update sign_in_tries set
     under_way = greatest(0, under_way - 1),
     failures = failures + $failed::int,
     next_at = case
       when failures + $failed::int >= $maxFailures::int then now() + $pauseSeconds::int * interval '1 second' else next_at
     end,
     ends_at = case when $failed::int > 0 then now() + $rememberedSeconds::int * interval '1 second' else ends_at end
   where account = $account`,
);

export const deleteForgotten = statement<{ account: string }>(
  'limits.delete-forgotten',
  `delete from sign_in_tries where ends_at < now() and begun_at < now() - interval '1 minute' returning account`,
  { timeout: 30_000 },
);

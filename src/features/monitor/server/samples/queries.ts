import { statement } from '#kernel/database/statement.ts';
import type { Sample } from './sample.ts';

/** Minutes that a sample covers. */
export type Period = 1 | 10;

interface NewSample {
  minutes: Period;
  server: string;
  version: string;
  startedAt: string;
  seconds: number;
  sample: string;
}

export const insertSample = statement<never, NewSample>(
  'monitor.insert-sample',
  `insert into monitor_samples (minutes, server, version, started_at, seconds, sample)
   values ($minutes, $server, $version, $startedAt, $seconds, $sample)
   on conflict do nothing`,
);

export interface SampleRow {
  server: string;
  /** Of the bucket it belongs to, counted from 1970. */
  bucket: number;
  seconds: number;
  sample: Partial<Sample>;
}

/** @param from the first bucket wanted, to: the first that is not */
export const selectSamples = statement<SampleRow, { minutes: Period; from: number; to: number }>(
  'monitor.select-samples',
  `select server, floor(extract(epoch from at) / (60 * minutes))::int as bucket, seconds::float8 as seconds, sample
   from monitor_samples
   where minutes = $minutes and at >= to_timestamp($from::float8 * 60 * $minutes::int) and at < to_timestamp($to::float8 * 60 * $minutes::int)
   order by at`,
);

export interface ServerRow {
  name: string;
  version: string;
  started_at: string;
  last_seen_at: string;
  /** Its last sample is not older than two and a half minutes. */
  reports: boolean;
  sample: Partial<Sample>;
}

/** The servers of the last two hours, without those that were stopped in order. */
export const selectServers = statement<ServerRow>(
  'monitor.select-servers',
  `select name, version, started_at, last_seen_at, last_seen_at > now() - interval '150 seconds' as reports, sample
   from (
     select distinct on (server) server as name, version, started_at, at as last_seen_at, sample
     from monitor_samples where minutes = 1 order by server, at desc
   ) s
   where sample ->> 'stopped' is null order by name`,
);

export const deleteOld = statement<never>(
  'monitor.delete-old-samples',
  `delete from monitor_samples
   where at < now() - case minutes when 1 then interval '2 hours' else interval '8 days' end`,
);

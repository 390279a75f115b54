import { statement } from '#kernel/database/statement.ts';

interface Cookie {
  originalMaxAge: number;
  expires: string;
}

/** A session's data: small, since parallel requests of one session overwrite each other's changes. */
export interface SessionData {
  userId: string;
  /** For the list of sessions; the cookie contains the secret id. */
  publicId: string;
  device: string;
  address: string;
  createdAt: string;
  /** When the cookie was last set, in ms since 1970. */
  renewedAt: number;
  /** When the person last proved who they are, in ms since 1970; absent: when it began. */
  confirmedAt?: number;
  /** The session began under the host-bound name, and is rejected under any other. */
  hostOnly?: true;
  cookie?: Cookie;
}

interface SessionRow {
  sess: SessionData;
  expire: string;
  seen_at: string;
}

export const selectSession = statement<SessionRow, { sid: string }>(
  'sessions.select',
  'select sess, expire, seen_at from sessions where sid = $sid and expire > now()',
);

export const selectSessionsOfUser = statement<SessionRow, { userId: string }>(
  'sessions.select-of-user',
  'select sess, expire, seen_at from sessions where user_id = $userId and expire > now() order by seen_at desc',
);

export const touchSession = statement<never, { sid: string }>('sessions.touch', 'update sessions set seen_at = now() where sid = $sid');

/**
 * Never inserts, unlike express-session's store: a session that has ended stays ended. Never extends beyond the given number of seconds
 * after it began.
 */
export const renewSession = statement<{ expire: string }, { sid: string; expires: string; renewedAt: number; maxSeconds: number }>(
  'sessions.renew',
  `update sessions s set
     expire = n.expire,
     sess = sess || jsonb_build_object('renewedAt', $renewedAt::bigint, 'cookie',
       coalesce(sess -> 'cookie', '{}') || jsonb_build_object('expires', n.expire))
   from (
     select sid, least($expires::timestamptz, (sess ->> 'createdAt')::timestamptz + make_interval(secs => $maxSeconds)) as expire
     from sessions where sid = $sid
   ) n
   where s.sid = n.sid and s.expire > now() returning s.expire`,
);

export const deleteSession = statement<{ sid: string; device: string }, { userId: string; publicId: string }>(
  'sessions.delete',
  `delete from sessions where user_id = $userId and sess ->> 'publicId' = $publicId returning sid, sess ->> 'device' as device`,
);

/** When the person proved who they are, in ms since 1970. */
export const confirmSession = statement<{ sid: string }, { userId: string; publicId: string; confirmedAt: number }>(
  'sessions.confirm',
  `update sessions set sess = jsonb_set(sess, '{confirmedAt}', to_jsonb($confirmedAt::bigint))
   where user_id = $userId and sess ->> 'publicId' = $publicId returning sid`,
);

export const deleteAll = statement<{ sid: string }, { userId: string }>(
  'sessions.delete-all',
  'delete from sessions where user_id = $userId returning sid',
);

export const deleteOthers = statement<{ sid: string }, { userId: string; publicId: string }>(
  'sessions.delete-others',
  `delete from sessions where user_id = $userId and sess ->> 'publicId' <> $publicId returning sid`,
);

/** Keeps this session and the given number of others, the last used. Concurrent statements do not wait for each other. */
export const deleteBeyond = statement<{ sid: string }, { userId: string; publicId: string; left: number }>(
  'sessions.delete-beyond',
  `with beyond as (
     select sid from sessions where user_id = $userId and expire > now() and sess ->> 'publicId' <> $publicId
     order by seen_at desc, sid offset $left
   ), locked as (
     select s.sid from sessions s join beyond using (sid) order by s.sid for update of s skip locked
   )
   delete from sessions s using locked where s.sid = locked.sid returning s.sid`,
);

/** One batch at a time, so a million expired sessions hold no lock for long. */
export const deleteExpired = statement<{ sid: string }, { batch: number }>(
  'sessions.delete-expired',
  'delete from sessions where sid in (select sid from sessions where expire <= now() limit $batch for update skip locked) returning sid',
  { timeout: 30_000 },
);

export const countActive = statement<{ active: number }>(
  'sessions.count-active',
  'select count(*)::int as active from sessions where expire > now()',
);

-- Tries of passwords from browsers that never signed in to the account, by a hash of its address, whether there is such an account or
-- not. Unlogged, as the limits' windows: a crash of PostgreSQL forgets what an hour would.
create unlogged table sign_in_tries (
  account text primary key,
  failures integer not null,
  -- Tries whose outcome is not known yet, and when the last of them began.
  under_way integer not null,
  begun_at timestamptz not null,
  -- When the next try may be made, once there were too many failures.
  next_at timestamptz not null,
  ends_at timestamptz not null,
  -- What the last statement that asked for a try was told: only there to be returned.
  told text not null
);
create index sign_in_tries_end on sign_in_tries (ends_at);

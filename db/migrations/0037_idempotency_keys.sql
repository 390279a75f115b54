-- Requests that carried an Idempotency-Key, for a day: a repeated one starts nothing anew and is answered with what the first one started.
create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  -- SHA-256 of method, path and body, to refuse a key that is used for something else.
  request bytea not null,
  result text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_created_at on idempotency_keys (created_at);

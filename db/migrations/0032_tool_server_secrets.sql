-- What proves who asks, beside the token, sealed under the row's id as that is. Names are shown, values never again.
alter table tool_servers
  -- JSON, value by name.
  add column headers bytea,
  add column header_names text[] not null default '{}',
  -- Parameters of the address, as they stand after its question mark; keys are in them as often as in headers.
  add column query bytea,
  add column query_names text[] not null default '{}';

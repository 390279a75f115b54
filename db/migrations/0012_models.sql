-- Providers that an organization entered on the screen; others come from the environment, and are there for all.
create table model_providers (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  -- First part of its models' ids, so it never changes.
  slug text not null,
  kind text not null check (kind in ('openai', 'anthropic', 'compatible')),
  name text not null,
  -- Null: the provider's own address.
  url text,
  -- Somebody who runs the installation entered the address, so it may be in a private network.
  private_network boolean not null default false,
  -- Sealed with a key from the environment, for this row's id.
  sealed_key bytea,
  -- Its last characters, to tell one key from another.
  key_end text,
  user_id uuid references users on delete set null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint model_providers_slug unique (organization_id, slug)
);
create index model_providers_user on model_providers (user_id);

-- Without a row, what its columns have as defaults.
create table model_settings (
  organization_id uuid primary key references organizations on delete cascade,
  -- Ids of models; null: all there are.
  allowed text[],
  default_model text,
  fallback_model text,
  -- US dollars for a million tokens, {"input": …, "output": …} by the model's id.
  prices jsonb not null default '{}',
  user_id uuid references users on delete set null,
  changed_at timestamptz not null default now()
);
create index model_settings_user on model_settings (user_id);

-- Servers keep both in memory, by organization.
create function notify_models_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'models ' || coalesce(new.organization_id, old.organization_id));
  return null;
end $$;
create trigger model_providers_changed after insert or update or delete on model_providers
  for each row execute function notify_models_changed();
create trigger model_settings_changed after insert or update or delete on model_settings
  for each row execute function notify_models_changed();

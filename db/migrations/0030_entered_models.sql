-- Names of models that somebody entered, for a provider that does not list them.
alter table model_providers add column models text[] not null default '{}';

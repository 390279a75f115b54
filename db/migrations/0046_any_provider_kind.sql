-- The kinds of model providers are one list in the code; the endpoint that stores one checks it against that list.
alter table model_providers drop constraint model_providers_kind_check;

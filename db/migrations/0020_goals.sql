-- What a run that has a goal has to keep to: {"constraints": […]}. Null: it has none. Its plan and its report are in its log.
alter table runs add column goal jsonb;

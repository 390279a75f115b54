-- What is raised in one organization is raised nowhere else: a person may belong to several.
alter table daily_raises drop constraint daily_raises_pkey, add primary key (organization_id, scope, scope_id, day);
drop index daily_raises_organization;

-- Servers keep lists of projects in memory as ready answers. Any change of a project, of its files too, ends the lists of its organization.
create function notify_project_list_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'projects ' || coalesce(new.organization_id, old.organization_id));
  if tg_op = 'UPDATE' and new.organization_id <> old.organization_id then
    perform pg_notify('guildhall', 'projects ' || old.organization_id);
  end if;
  return null;
end $$;
create trigger projects_list_changed after insert or update or delete on projects for each row execute function notify_project_list_changed();

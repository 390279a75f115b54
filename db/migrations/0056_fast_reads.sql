-- The versions of agents' instructions, to find those that wait in thousands of projects. Other files are not in it, and cost it nothing.
create index versions_instructions on versions (project_id, number desc) include (hash) where path = 'AGENTS.md';

-- The filters of the audit log. Without these, a filter that selects little reads the whole log.
create index audit_entries_project on audit_entries (organization_id, project_id, id) where project_id is not null;
create index audit_entries_action on audit_entries (organization_id, action, id);
create index audit_entries_at on audit_entries (organization_id, at);

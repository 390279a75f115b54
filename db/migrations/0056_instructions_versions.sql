-- The versions of agents' instructions, to find those that wait in thousands of projects. Other files are not in it, and cost it nothing.
create index versions_instructions on versions (project_id, number desc) include (hash) where path = 'AGENTS.md';

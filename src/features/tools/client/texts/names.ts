/** What the built-in tools are called; the first page needs it. */
export const texts = {
  bash: 'Run',
  delete_file: 'Delete',
  diff: 'Compare',
  edit_file: 'Edit',
  fetch_page: 'Fetch',
  list_files: 'List files',
  move_file: 'Move',
  read_file: 'Read',
  read_output: 'Read on',
  search_files: 'Search',
  update_plan: 'Plan',
  write_file: 'Write',
} as const;

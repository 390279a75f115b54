/** What tool calls are called, and what is said about their input. */
export const texts = {
  names: {
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
  },
  input: 'Input',
  rawInput: 'Raw input',
  noInput: 'No input.',
  tooDeep: 'This input is nested too deeply to be shown here. Export the run to see it.',
} as const;

/** What the pages of a project say around the components of the features. */
export const texts = {
  loading: 'Loading the project',
  breadcrumb: 'Breadcrumb',
  restricted: 'Restricted to listed people',
  links: 'Project',
  /** Where the links are a menu. */
  more: (project: string) => `More about ${project}`,
  access: 'Access',
  agentPermissions: 'Agent permissions',
  permissionsTitle: (project: string) => `Agent permissions · ${project}`,
  ofOrganization: 'Organization’s permissions',
  permissionsAbout: 'A project can only be stricter than its organization: ask where it would allow, refuse where it would ask.',
  panes: {
    label: 'Views of the project',
    files: 'Files',
    editor: 'Editor',
    agent: 'Agent',
    /** For screen readers, after the name of a pane. */
    unsaved: ', unsaved changes',
    showFiles: 'Show files',
    foldFiles: 'Hide files',
    filesWidth: 'Width of files',
    showAgent: 'Show agent',
    foldAgent: 'Hide agent',
    agentWidth: 'Width of agent',
  },
  commands: {
    newFile: 'New file',
    newRun: 'New run',
    searchFiles: 'Search in files',
    projectHistory: 'Project history',
  },
} as const;

/** What the choice of a project says. Apart from the list of projects, since other pages filter by project. */
export const texts = { label: 'Project', all: 'All projects' } as const;

import type { ReactNode } from 'react';
import { sentence } from '#ui/format/sentence.ts';

/** What the page of the audit log says; the phrases of its entries are in `audit-log/texts.ts`. */
export const texts = {
  title: 'Audit',
  about: 'Who did what, when and from where. Entries are only ever added: nobody can change or delete one. Days are those of UTC.',
  export: 'CSV',
  loading: 'Reading the log',
  more: 'Show older ones',
  showAll: 'Show all',
  ofRun: (run: string) => `Only what concerns the run ${run} is shown.`,
  emptyTitle: 'Nothing yet',
  empty: 'What people and their runs do here is recorded from now on. Create a project or start a run, and it stands here.',
  filteredTitle: 'Nothing like this',
  filtered: 'No entry is by this person, about this and from these days. Choose less, or show all of the log.',
  filters: {
    who: 'Who',
    everybody: 'Everybody',
    unknownPerson: 'Another person',
    what: 'What',
    everything: 'Everything',
    allOf: (kind: string) => `${kind}: all`,
    project: 'Project',
    allProjects: 'All projects',
    unknownProject: 'A former project',
    from: 'From',
    to: 'To',
  },
  entry: {
    inProject: (project: ReactNode) => sentence`in ${project}`,
    ofRun: (run: ReactNode) => sentence`run ${run}`,
    from: (address: string) => `from ${address}`,
    details: 'Details',
    when: 'When',
    action: 'Action',
    allOfRun: 'All of this run',
  },
  detail: {
    none: 'none',
    yes: 'yes',
    no: 'no',
    number: (value: number) => value.toLocaleString('en'),
    list: (values: readonly string[]) => values.join(', '),
  },
} as const;

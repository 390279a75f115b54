/** What long texts, comparisons and forms of servers say; the first page needs none of it. */
export const texts = {
  copied: 'Copied',
  copyFailed: 'The browser does not let this page copy. Select the text, and copy it yourself.',
  copy: (label: string) => `Copy ${label.toLowerCase()}`,
  showLess: 'Show less',
  showAllCharacters: (count: string) => `Show all ${count} characters`,
  diff: {
    none: 'No line differs.',
    label: 'Lines that differ',
    showMore: (more: string, all: string) => `Show ${more} more of ${all} lines`,
    showAll: (all: string) => `Show all ${all} lines`,
    returnMark: 'CR',
    carriageReturn: 'The line ends with a carriage return (CRLF)',
    binary: 'This is not text, so there are no lines to compare.',
    too_large: 'This is too large to be shown with the other files.',
    tooLargeAlone: 'This is too large to be compared line by line.',
    compare: 'Compare this file',
    before: 'Download before',
    after: 'Download after',
  },
  server: { name: 'Name' },
} as const;

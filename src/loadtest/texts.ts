/** The files of a virtual user's project: prose of a few kilobytes. */

const paragraph =
  'The workshop opens at eight. Whoever comes first puts the kettle on and looks at the board; whoever leaves last writes down what is still open.\n';

export const NOTES = 'notes.md';

/** The initial files of each project, by path. */
export const texts: ReadonlyMap<string, string> = new Map([
  [NOTES, `# Notes\n\n${paragraph.repeat(6)}`],
  ['README.md', `# A small project\n\n${paragraph.repeat(12)}`],
  ['docs/plan.md', `# Plan\n\n${paragraph.repeat(20)}`],
  ['src/main.ts', `${'export const step = (from: number, by: number): number => from + by;\n'.repeat(40)}`],
  ['src/settings.json', `${JSON.stringify({ theme: 'light', panes: [240, 480, 320], tabs: ['notes.md', 'src/main.ts'] }, null, 2)}\n`],
]);

/** @returns a text with one more line or with the last edit replaced, so that files do not grow during a run */
export function edit(text: string, mark: string): string {
  return `${text.replace(/\nEdited [^\n]*\n$/, '')}\nEdited ${mark}\n`;
}

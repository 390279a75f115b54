/** What uploads, imports and their results say. */
import type { NameWarning } from '#features/files/contract.ts';

const files = (count: string, one: boolean): string => (one ? '1 file' : `${count} files`);
const into = (folder: string): string => (folder === '' ? 'the project' : folder);

export const texts = {
  title: 'Uploads',
  reading: (count: string) => (count === '0' ? 'Reading the folder…' : `Reading the folder: ${count} files so far…`),
  preparing: (name: string, percent: number) => `Preparing ${name}: ${percent} %`,
  sending: (name: string) => `Uploading ${name}`,
  sendingFigures: (sent: string, of: string, percent: number) => `${sent} of ${of} · ${percent} %`,
  sendingFiles: (sent: string, of: string) => `${sent} of ${of} files`,
  storing: (name: string) => `Adding ${name} to the project…`,
  files,
  progress: (name: string) => `Progress of ${name}`,
  cancel: 'Cancel',
  retry: 'Try again',
  dismiss: 'Dismiss',
  undo: 'Undo',
  done: (count: string, one: boolean, folder: string) => `Added ${files(count, one)} to ${into(folder)}.`,
  doneFolders: (folder: string) => `Added empty folders to ${into(folder)}.`,
  nothing: 'Nothing to add: everything is there already.',
  failed: (name: string) => `Couldn’t add ${name}.`,
  tooLarge: (size: string) => `${size} is more than this server takes at once. Upload it in parts, or ask the operator to raise the limit.`,
  brokenOff: 'The upload broke off. The connection was lost, or this is more than the server takes at once.',
  unreadable: (path: string) => `The browser can’t read ${path}. It may have been changed or moved since you chose it.`,
  unreadableSome: 'The browser can’t read some of these files. They may have been changed or moved since you chose them.',
  entries: 'These can’t be imported. Nothing was added.',

  entriesTitle: (count: string, one: boolean) => (one ? '1 entry' : `${count} entries`),

  refusedTitle: (count: string, one: boolean) => `${files(count, one)} left out`,
  refused: {
    tooLarge: (most: string) => `It’s larger than ${most}, the most a file can have.`,
    twice: 'Another file gets the same name.',
  },
  nothingLeft: 'None of these files can be uploaded.',
  tooMany: (count: string, most: string) => `${count} files and folders are more than one upload can have (${most}). Upload them in parts.`,
  skippedTitle: (count: string, one: boolean) => `${files(count, one)} skipped`,
  skipped: { exists: 'There is another version, which stays.', same: 'It’s there already, with the same content.' },
  renamedTitle: (count: string, one: boolean) => `${files(count, one)} renamed`,
  renamedTo: (to: string) => `is now ${to}`,
  composed: 'Its accented letters are stored in their composed form (NFC). It looks the same.',
  warningsTitle: (count: string, one: boolean) => `${one ? '1 name' : `${count} names`} may cause trouble`,
  warnings: {
    reserved: 'Windows doesn’t allow this name.',
    case: 'Another name there differs only in upper and lower case.',
  } satisfies Record<NameWarning, string>,
  more: (count: string) => `… and ${count} more`,

  conflict: {
    title: (count: string, one: boolean) => (one ? 'This file exists already' : `${count} files exist already`),
    about: (one: boolean) => `${one ? 'Its' : 'Their'} content is different. Nothing has been added yet.`,
    keepBoth: 'Keep both',
    keepBothAbout: 'New files get a number: notes (2).md',
    replace: 'Replace',
    replaceAbout: 'The version there now stays in the history.',
    skip: 'Skip',
    skipAbout: 'Only files that don’t exist yet are added.',
    choice: 'What to do with them',
    action: 'Upload',
  },

  zip: {
    title: (name: string) => `Add ${name}`,
    about: (folder: string) => `Unpack it into ${into(folder)}, or keep it as one file?`,
    unpack: 'Unpack',
    keep: 'Keep as a file',
    cancel: 'Cancel',
  },
  zipOnly: 'Choose a .zip file.',
} as const;

/** Problems of requests about files. Agents read those of their tools too. */
const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;
const andMore = (count: number) => (count > 1 ? ` and ${count - 1} more` : '');

const units = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['KB', 1e3],
] as const;
function inWords(bytes: number): string {
  const [unit, size] = units.find(([, size]) => bytes >= size) ?? (['bytes', 1] as const);
  return `${(bytes / size).toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}

export const texts = {
  problems: {
    tooManyFiles: (max: number) => `More than ${max} files at once. Change fewer files.`,
    tooManyInFolder: (max: number) => `More than ${max} files at once. Choose a smaller folder.`,
    /** @param path as JSON */
    path: (path: string, problem: string) => `${path}: ${problem}`,
    tooLarge: (path: string, max: number) => `${path} is larger than ${megabytes(max)}. Split it.`,
    tooLargeTogether: (max: number) => `Together, the files are larger than ${megabytes(max)}. Change fewer at once.`,
    changed: (path: string | undefined, count: number) =>
      `Someone changed ${path}${andMore(count)} in the meantime. Nothing was changed. Read the current version, then retry.`,
    fileBelow: (path: string, taken: string) => `${path} cannot be a file: ${taken} is a file below it.`,
    notAFolder: (path: string, taken: string) => `${path} cannot be a folder: ${taken} is a file. Choose another name.`,
    noFolder: (path: string, taken: string) => `${path} cannot be a file: ${taken} is a file, not a folder.`,
    notMovable: (from: string, to: string) => `${from} cannot be moved to ${to}. Choose another path.`,
    pathTooLong: (to: string, max: number) => `A path below ${to} would be longer than ${max} bytes. Choose a shorter name.`,
    exists: (path: string) => `${path} already exists. Choose another name, or delete it first.`,
    noCondition: 'This file exists. Name the version your change is based on with If-Match, so that nothing is overwritten unseen.',
    savedByPerson: (name: string) => `${name} saved this file meanwhile. Compare with the current version, then save again.`,
    savedByAgent: (person: string) =>
      `An agent for ${person} saved this file meanwhile. Compare with the current version, then save again.`,
    gone: 'This file does not exist any more, or not yet. Save it as a new file with If-None-Match: *.',
    notBytes: 'Send the body as the file’s bytes, with the content type application/octet-stream.',
    tooManyComparisons: 'Many of your comparisons are waiting already. Wait for one of them, then try again.',
    keepsChanging: 'Someone keeps changing these files, so nothing was undone. Try again in a moment.',
    tooManyToUndo: 'This touched too many files to be undone at once.',
    nothingOfRun: 'There is nothing to undo: this run has changed no files, or all it changed was undone already.',
    nothingOfChange: 'There is nothing to undo: this change was undone already.',
    notMerged: (path: string | undefined, count: number) =>
      `${path}${andMore(count)} changed since in a way that does not merge. Nothing was touched; undo what came later first, or edit by hand.`,
    glob: (problem: string) => `Invalid glob: ${problem}`,
    regex: (problem: string) => `Invalid regular expression: ${problem}`,
    regexTooComplex: 'This regular expression is too complex. Use fewer repetitions.',
    regexClass: 'This regular expression has a class, such as \\pN, that cannot be used while case is ignored. Match the case.',
    tooManySearches: 'Many of your searches are waiting already. Wait for one of them, then try again.',
    nothingToReplace: 'None of these files would change. Preview the replacement again.',
    tooLargeReplaced: (path: string, max: number) => `${path} would be larger than ${megabytes(max)}. Leave it out.`,
    replacingTakesLong: 'Replacing this takes too long. Nothing was changed. Narrow the files with a folder or a glob.',
    tooManyToReplace: (max: number, maxBytes: number) =>
      `This would change more than ${max.toLocaleString('en')} files, or more than ${megabytes(maxBytes)}. Narrow the files with a folder or a glob.`,
    namedTwice: 'Each file or folder may be named once.',
    namedWithFolder: 'Do not name a file together with a folder it is in.',
    samePath: 'Two of them would get the same path. Choose other names.',
    longPath: (path: string) => `The path ${path}… would be too long. Choose a shorter name.`,
    tooManyArranged: (max: number) => `More than ${max} files at once. Choose fewer.`,
    inTheWay: (path: string, taken: string) => `${path} cannot be there: ${taken} is in the way.`,
    full: (stored: number, max: number, bytes: number) =>
      `This organization stores ${inWords(stored)} of the ${inWords(max)} it may, and this needs ${inWords(bytes)} more. Delete projects that are no longer needed, or ask the operator for a higher limit (MAX_STORAGE_GB).`,
  },
};

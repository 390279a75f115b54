/** What the server says about a project’s past. */
const plain = (count: number) => count.toLocaleString('en');

export const texts = {
  noChange: (number: number, head: number) =>
    head === 0
      ? `There is no change ${plain(number)}: nothing has changed in this project yet.`
      : `There is no change ${plain(number)} in this project. The newest is ${plain(head)}.`,
  neverThere: (path: string) => `There has never been anything at ${path} in this project.`,
  binary: (path: string) => `${path} is not a text file, so it has no lines to attribute.`,
  tooLongToBlame: (path: string, maxBytes: number, maxLines: number) =>
    `${path} is too long to attribute its lines: at most ${plain(maxBytes / 1_000_000)} MB and ${plain(maxLines)} lines.`,
  nothingToRestore: (path: string | undefined, number: number) =>
    `There is nothing to restore: ${path === undefined ? 'the project' : path} is as it was after change ${plain(number)}.`,
  tooManyFiles: (max: number) =>
    `More than ${plain(max)} files differ, which is too many to restore at once. Restore one folder after the other.`,
  inTheWay: (path: string, taken: string) =>
    `${path} cannot be restored: ${taken} is a file now, not a folder. Rename it or restore it first. Nothing was changed.`,
  nameTaken: (name: string) => `This project already has a point named “${name}”. Choose another name.`,
  tooManyPoints: (max: number) => `This project already has ${plain(max)} points. Delete those that are no longer needed.`,
};

/** What the server says about zips. */
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

export const texts = {
  notAZip: 'This is not a zip, or its end is missing. Create it again and send it whole.',
  broken: 'The list of files in this zip is damaged. Create it again.',
  tooManyEntries: (entries: number, max: number) =>
    `This zip has ${entries.toLocaleString('en')} entries; at most ${max.toLocaleString('en')} can be imported at once. Split it.`,
  tooLargeTogether: (bytes: number, max: number) =>
    `Unpacked, this zip would be ${megabytes(bytes)}; at most ${megabytes(max)} can be imported at once. Split it.`,
  refused: (name: string, reason: string, more: number) =>
    `Nothing was imported. “${name}” ${reason}${more > 0 ? ` ${more.toLocaleString('en')} more ${more === 1 ? 'entry has a problem' : 'entries have problems'}.` : ''}`,
  isLink: 'is a link. Replace it with the file it points to.',
  isSpecial: 'is neither a file nor a folder. Leave it out.',
  isFolderWithContent: 'is a folder with content of its own. Create the zip again.',
  isEncrypted: 'is encrypted. Create the zip without a password.',
  otherMethod: 'is compressed in a way that is not supported. Create the zip with the usual method (deflate).',
  tooLarge: (max: number) => `is larger than ${megabytes(max)}. Split it or leave it out.`,
  liesAboutSize: 'has another size than the zip says. Create the zip again.',
  overlaps: 'shares its bytes with another entry. Create the zip again.',
  unreadable: 'cannot be unpacked: the zip is damaged there. Create it again.',
  wrongChecksum: 'is damaged: its checksum does not match. Create the zip again.',
  badName: (problem: string) => `has a name that cannot be used. ${problem}`,
  twice: 'occurs twice. Rename one of the two.',
  becomesOne: (other: string) => `and “${other}” would be the same file, since their names look the same. Rename one of the two.`,
  fileAndFolder: (folder: string) => `needs “${folder}” to be a folder, and the zip also has a file of that name. Rename one of the two.`,
  exist: (count: number, first: string) =>
    count === 1
      ? `${first} exists already with other content. Nothing was imported. Choose whether to replace it, keep both, or skip it.`
      : `${first} and ${(count - 1).toLocaleString('en')} more exist already with other content. Nothing was imported. Choose whether to replace them, keep both, or skip them.`,
  obstacle: (path: string, taken: string) =>
    `Nothing was imported. ${path} cannot be created: ${taken} is in the way. Rename one of the two.`,
  changedMeanwhile: 'Someone keeps changing these files, so nothing was imported. Try again in a moment.',
  nothingThere: (path: string) => `There is nothing at ${path}.`,
};

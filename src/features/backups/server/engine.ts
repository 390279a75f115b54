/** What takes and restores backups; loaded when it is needed, to keep the start of a server fast. */
export { readBackupHeader } from './backup-file.ts';
export { createDestination, explainDisk, isBucket } from './destination.ts';
export { extractProject } from './extract.ts';
export { BackupError } from './format.ts';
export { restore } from './restore.ts';
export { takeBackup } from './take.ts';

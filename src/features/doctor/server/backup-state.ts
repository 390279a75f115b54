/** What the doctor needs to know about backups; `features/backups` reads it. */
export interface BackupState {
  /** Whether backups are made by themselves. */
  scheduled: boolean;
  /** Hours between two of them. */
  everyHours: number;
  /** When the last good one was made; undefined: never. */
  lastGoodAt?: Date | undefined;
  /** Undefined: none has been tried. */
  lastRestoreTest?: { at: Date; passed: boolean; detail: string } | undefined;
  /** Why restores are not tested by themselves; undefined: they are. */
  restoreTestsOff?: string | undefined;
}

import type { Change } from '#features/files/contract.ts';

/** What the history shows beside the list. */
export type Shown =
  | { kind: 'change'; change: Change }
  /** From one state to another; states are numbers of changes, undefined is now. */
  | { kind: 'compare'; from: number; to: number | undefined }
  /** What would change if the state after a change were restored. */
  | { kind: 'restore'; at: number };

/** The wish to show something in the history, from elsewhere; each is another object. */
export interface HistoryRequest {
  of: string | undefined;
  show: Shown | undefined;
}

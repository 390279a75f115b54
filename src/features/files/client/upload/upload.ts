/** One upload or import, from what was chosen to what became of it. */
import type { importFiles } from '#features/files/transfer-contract.ts';
import type { CallOf, ReplyOf } from '#wire/contract.ts';
import type { Refused } from './plan.ts';

export type Imported = ReplyOf<typeof importFiles>['body'];
export type Conflicts = NonNullable<NonNullable<CallOf<typeof importFiles>['query']>['conflicts']>;

export type UploadState =
  /** Collects what is in the dropped folders. */
  | { kind: 'reading'; files: number }
  /** Reads the files for their checksums. */
  | { kind: 'preparing'; bytes: number }
  | { kind: 'sending'; bytes: number }
  /** Everything was sent, and the server works on it. */
  | { kind: 'storing' }
  /** Files exist with other content: a person chooses what to do. */
  | { kind: 'conflict'; paths: readonly string[]; count: number }
  /** @property entries of the zip that cannot be imported */
  | { kind: 'failed'; error: unknown; entries: readonly Refused[] }
  | { kind: 'done'; result: Imported | undefined };

export interface Upload {
  readonly id: number;
  readonly projectId: string;
  /** Who started it: another person may sign in on the same page. */
  readonly userId: string | undefined;
  /** That it is added to; '' for the root. */
  readonly folder: string;
  /** As the screen shows it: of one file or folder, with hidden characters marked. */
  readonly name: string;
  readonly files: number;
  /** Of the files, or of the zip. */
  readonly bytes: number;
  readonly refused: readonly Refused[];
  readonly state: UploadState;
}

export const isActive = ({ state: { kind } }: Upload): boolean =>
  kind === 'reading' || kind === 'preparing' || kind === 'sending' || kind === 'storing';

/** Whether there is more to say than that it worked. */
export const hasNotes = ({ refused, state }: Upload): boolean =>
  refused.length > 0 ||
  (state.kind === 'done' &&
    state.result !== undefined &&
    state.result.counts.skipped + state.result.counts.renamed + state.result.counts.warnings > 0);

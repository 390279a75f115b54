import type { Presence } from '#features/files/presence-contract.ts';
import type { TextBuffer } from './buffer.ts';
import type { Buffers } from './buffers.ts';
import type { GoTo } from './go-to.ts';
import type { Shown } from './history/shown.ts';
import type { Undo } from './undo/use-undo.ts';

export interface TextFileProps {
  projectId: string;
  buffers: Buffers;
  path: string;
  buffer: TextBuffer;
  editable: boolean;
  undo: Undo;
  /** Others who have the file open. */
  people: readonly Presence[];
  /** Opens the full history of the file. */
  onHistory: (show: Shown | undefined) => void;
  onRun: (run: string) => void;
  onOpenFile: (path: string) => void;
  /** Where the cursor is to go. */
  goTo: GoTo | undefined;
}

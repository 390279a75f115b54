import type { Undo } from '../undo/use-undo.ts';
import type { HistoryRequest } from './shown.ts';

export interface HistoryViewProps {
  projectId: string;
  organizationId: string;
  editable: boolean;
  shown: boolean;
  /** The file or folder whose history it is; undefined: the project’s. */
  of: string | undefined;
  request: HistoryRequest | undefined;
  unsaved: boolean;
  undo: Undo;
  onOf: (of: string | undefined) => void;
  onRun: (run: string) => void;
}

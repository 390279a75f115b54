/** What the parts of a conversation need to know about their run: the same object until something in it changes. */
import { createContext, useContext } from 'react';

interface RunContext {
  runId: string;
  projectId: string;
  editable: boolean;
  /** It waits for a person. */
  waiting: boolean;
  /** Number of the error event it failed with, until it continues. */
  failedAt: number | undefined;
  onOpenFile: (path: string) => void;
  onOpenRun: (runId: string) => void;
  onRetry: () => void;
  /** Opens the choice of another model to continue with. */
  onRetryWithModel: () => void;
  /** Asks to confirm undoing all the run's changes; undefined if there is nothing to undo. */
  onUndo: (() => void) | undefined;
  /** All the run's changes have been undone. */
  undone: boolean;
}

const nowhere: RunContext = {
  runId: '',
  projectId: '',
  editable: false,
  waiting: false,
  failedAt: undefined,
  onOpenFile: () => {},
  onOpenRun: () => {},
  onRetry: () => {},
  onRetryWithModel: () => {},
  onUndo: undefined,
  undone: false,
};

const Context = createContext<RunContext>(nowhere);
export const RunProvider = Context.Provider;
export const useRunContext = (): RunContext => useContext(Context);

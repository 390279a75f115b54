/** What the pieces of a conversation need to know of where they are: the same object for as long as nothing of it changes. */
import { createContext, useContext } from 'react';

interface RunContext {
  runId: string;
  projectId: string;
  editable: boolean;
  /** It waits for a person. */
  waiting: boolean;
  /** Number of the error with which it failed, as long as it has not gone on. */
  failedAt: number | undefined;
  onOpenFile: (path: string) => void;
  onOpenRun: (runId: string) => void;
  onRetry: () => void;
  /** Asks which model goes on instead. */
  onRetryWithModel: () => void;
  /** Asks whether to undo all that the run has changed; undefined while there is nothing to undo. */
  onUndo: (() => void) | undefined;
  /** All that the run has changed was undone. */
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

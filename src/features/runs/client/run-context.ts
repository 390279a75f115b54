/** What the pieces of a conversation need to know of where they are: the same object for as long as nothing of it changes. */
import { createContext, useContext } from 'react';

export interface RunContext {
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
  /** Takes back all that the run has changed; undefined while that cannot be done. */
  onUndo: (() => void) | undefined;
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
  onUndo: undefined,
};

const Context = createContext<RunContext>(nowhere);
export const RunProvider = Context.Provider;
export const useRunContext = (): RunContext => useContext(Context);

import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { useRefreshFiles } from '#features/files/client/queries.ts';
import type { Run } from '#features/runs/contract.ts';
import { useRefreshRuns } from './queries.ts';
import { createRunLog, type RunLog } from './run-log.ts';

/** A run's live log, and the status derived from it. */
export function useRunLog(run: Run) {
  const refreshRuns = useRefreshRuns(run.projectId);
  const filesChanged = useEffectEvent(useRefreshFiles(run.projectId));
  const ended = useEffectEvent(refreshRuns);
  const [source] = useState(() =>
    createRunLog({ runId: run.id, upTo: run.lastEvent, onFilesChanged: () => filesChanged(), onEnd: () => ended() }),
  );
  useEffect(() => source.resume(run.lastEvent), [source, run.lastEvent]);
  const log = useSyncExternalStore(source.subscribe, source.read);
  const paused = log.held || (run.held && log.seq <= run.lastEvent);
  return { log, held: paused, status: paused ? 'queued' : readStatus(run, log), readAt: log.readAt } as const;
}

/** The log is ahead of the list, except for a run that was just resumed. */
function readStatus(run: Run, log: RunLog): Run['status'] {
  if (log.seq < run.lastEvent || log.seq === 0) return run.status;
  if (log.ended) return log.ended;
  if (log.waits) return 'waiting';
  if (log.seq > run.lastEvent && run.status !== 'queued') return 'running';
  return run.status === 'queued' && log.turns.some((turn) => turn.kind === 'step') ? 'running' : run.status;
}

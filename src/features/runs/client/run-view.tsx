import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import type { Run } from '#features/runs/contract.ts';
import type { Turn } from '#features/runs/conversation.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { sayNumber } from '#ui/figure.ts';
import { Failure } from '#ui/note.tsx';
import { Waiting } from '#ui/waiting.tsx';
import { Composer } from './composer.tsx';
import { ConversationView } from './conversation-view.tsx';
import { isAtWork, useRefreshRuns, useSendMessage, useStopRun } from './queries.ts';
import { createRunLog, type RunLog } from './run-log.ts';
import { RunStatusMark, sayStatus } from './run-status.tsx';

interface RunViewProps {
  run: Run;
  editable: boolean;
  /** It was started here just now. */
  started: boolean;
  onOpenFile: (path: string) => void;
  onFilesChanged: () => void;
  onBack: () => void;
}

export function RunView({ run, editable, started, onOpenFile, onFilesChanged, onBack }: RunViewProps) {
  const log = useRunLog(run, onFilesChanged);
  const send = useSendMessage(run.projectId, run.id);
  const stop = useStopRun(run.projectId, run.id);
  const status = readStatus(run, log);
  const atWork = isAtWork({ status });
  const tokens = countTokens(log.turns);
  return (
    <>
      <div className="pane-head">
        <IconButton size="small" icon="chevron" label="All runs" className="button run-back" onClick={onBack} />
        <h2 className="truncate" title={run.title}>
          {run.title}
        </h2>
        <RunStatusMark status={status} />
      </div>
      {log.connection === 'opening' && log.turns.length === 0 && <Waiting what="Loading the conversation" />}
      <Failure error={log.error} />
      <ConversationView turns={log.turns} live={atWork} sentAt={send.submittedAt} onOpenFile={onOpenFile}>
        {send.isPending && <p className="turn turn-notice">Sending…</p>}
        {atWork && log.turns.at(-1)?.kind === 'message' && (
          <p className="turn turn-notice">
            <span className="spinner" />
            The agent is about to start
          </p>
        )}
        {log.connection === 'reconnecting' && (
          <p className="turn turn-notice">
            <span className="spinner" />
            Reconnecting… Nothing is lost: the run goes on, and what you miss comes after.
          </p>
        )}
      </ConversationView>
      <output className="visually-hidden">{`Agent: ${sayStatus(status)}`}</output>
      {editable && (
        <Composer
          placeholder={atWork ? 'Add something: the agent reads it at its next step' : 'Continue the conversation'}
          busy={send.isPending}
          error={send.error}
          takesCursor={started}
          onSend={(message) =>
            send.mutateAsync(message).then(
              () => true,
              () => false,
            )
          }
        >
          {tokens > 0 && <span className="muted numeric">{sayNumber(tokens)} tokens</span>}
          {atWork && (
            <Button size="small" icon="stop" busy={stop.isPending} onClick={() => stop.mutate()}>
              Stop
            </Button>
          )}
        </Composer>
      )}
    </>
  );
}

function useRunLog(run: Run, onFilesChanged: () => void): RunLog {
  const refreshRuns = useRefreshRuns(run.projectId);
  const changed = useEffectEvent(onFilesChanged);
  const ended = useEffectEvent(refreshRuns);
  const [log] = useState(() => createRunLog({ runId: run.id, onFilesChanged: () => changed(), onEnd: () => ended() }));
  useEffect(() => log.resume(run.lastEvent), [log, run.lastEvent]);
  return useSyncExternalStore(log.subscribe, log.read);
}

/** The log is ahead of the list, but for a run that was just told to go on. */
function readStatus(run: Run, log: RunLog): Run['status'] {
  if (log.seq < run.lastEvent || log.seq === 0) return run.status;
  if (log.ended) return log.ended;
  return run.status === 'queued' && log.turns.some((turn) => turn.kind === 'step') ? 'running' : run.status;
}

function countTokens(turns: readonly Turn[]): number {
  return turns.reduce((sum, turn) => sum + (turn.kind === 'step' && turn.end ? turn.end.inputTokens + turn.end.outputTokens : 0), 0);
}

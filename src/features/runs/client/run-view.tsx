import { useMemo, useRef, useState } from 'react';
import { UndoDialog } from '#features/files/client/undo/undo-dialog.tsx';
import { PausedNote } from '#features/policies/client/paused-note.tsx';
import type { Project } from '#features/projects/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import { lastStep } from '#features/runs/conversation.ts';
import { useHold } from '#ui/app/hold.ts';
import { explain } from '#ui/format/explain.ts';
import { MarkdownContext } from '#ui/markdown/links.ts';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { Composer } from './composer.tsx';
import { ConversationView } from './conversation-view.tsx';
import { PlanPanel } from './plan/panel.tsx';
import { isAtWork, useRetryRun, useSendMessage } from './queries.ts';
import { RetryDialog } from './retry-dialog.tsx';
import { RetryModelDialog } from './retry-model-dialog.tsx';
import { RunProvider } from './run-context.ts';
import { RunHead } from './run-head.tsx';
import type { RunLog } from './run-log.ts';
import { describeStatus } from './run-status.tsx';
import { texts } from './texts/run.ts';
import { UndoPreview } from './undo-preview.tsx';
import { undoWords } from './undo-words.ts';
import { useRunLog } from './use-run-log.ts';
import { useUndo } from './use-undo.ts';

const words = texts.view;

interface RunViewProps {
  project: Project;
  run: Run;
  /** Just started in this tab. */
  started: boolean;
  onOpenFile: (path: string) => void;
  onOpenRun: (runId: string) => void;
  onBack: () => void;
}

export function RunView({ project, run, started, onOpenFile, onOpenRun, onBack }: RunViewProps) {
  const editable = project.role !== 'viewer';
  const { log, status, held: paused, readAt } = useRunLog(run);
  const send = useSendMessage(run.projectId, run.id);
  const retry = useRetryRun(run.projectId, run.id);
  const undo = useUndo(run, log.newestChange !== undefined);
  const [dialog, setDialog] = useState<'budget' | 'model'>();
  const closeDialog = () => setDialog(undefined);
  const atWork = isAtWork({ status });
  const waitsForRestore = useHold() !== null && status === 'queued';
  const liveStep = atWork && !paused ? findLiveStep(log) : undefined;
  const spent = log.spending.run;
  const failure = status === 'failed' ? findLastError(log) : undefined;
  const isSpent = failure?.code === 'budget_reached';
  const failedAt = failure?.seq;
  const { mutate: goOn } = retry;
  const canUndo = editable && !atWork && undo.left.length > 0;
  const ended = !atWork && status !== 'waiting';
  // The function changes on each render, while the context must stay the same object.
  const askUndo = useRef(undo.ask);
  askUndo.current = undo.ask;
  const context = useMemo(
    () => ({
      runId: run.id,
      projectId: run.projectId,
      editable,
      waiting: status === 'waiting',
      failedAt,
      onOpenFile,
      onOpenRun,
      onRetry: () => (isSpent ? setDialog('budget') : goOn({})),
      onRetryWithModel: () => setDialog('model'),
      onUndo: canUndo ? () => askUndo.current() : undefined,
      undone: undo.undone,
    }),
    [run.id, run.projectId, editable, status, failedAt, onOpenFile, onOpenRun, isSpent, goOn, canUndo, undo.undone],
  );
  const place = useMemo(() => ({ folder: '', below: 2, onOpenFile }), [onOpenFile]);
  return (
    <RunProvider value={context}>
      <MarkdownContext value={place}>
        <RunHead
          run={run}
          status={status}
          held={paused}
          spent={spent}
          readAt={readAt}
          instructions={lastStep(log.turns)?.instructions}
          editable={editable}
          retrying={retry.isPending}
          onRetry={context.onRetry}
          onUndo={context.onUndo}
          onBack={onBack}
        />
        {(paused || waitsForRestore) && (
          <div className="runs-paused">
            {waitsForRestore ? <Note kind="warn">{words.heldAfterRestore}</Note> : <PausedNote projectId={run.projectId} />}
          </div>
        )}
        {run.goal && (
          <PlanPanel
            key={ended ? 'ended' : 'going on'}
            runId={run.id}
            goal={run.goal}
            plan={log.plan}
            startedBy={run.startedBy.name}
            editable={editable}
            ended={ended}
          />
        )}
        {log.connection === 'opening' && log.turns.length === 0 && <Waiting what={words.loading} />}
        <Failure error={log.error} />
        <ConversationView turns={log.turns} liveStep={liveStep} newestChange={log.newestChange} sentAt={send.submittedAt}>
          {send.isPending && <p className="turn turn-notice">{words.sending}</p>}
          {atWork && !paused && !waitsForRestore && isUnread(log) && (
            <Busy>{liveStep === undefined ? words.starting : words.readsNext}</Busy>
          )}
          {log.connection === 'reconnecting' && <Busy>{words.reconnecting}</Busy>}
          {retry.isError && <Note kind="danger">{explain(retry.error)}</Note>}
        </ConversationView>
        <output className="visually-hidden">{announce(status, paused)}</output>
        {editable && (
          <Composer
            draft={run.id}
            placeholder={atWork ? words.add : words.goOn}
            busy={send.isPending}
            error={send.error}
            takesCursor={started}
            onSend={(message) =>
              send.mutateAsync(message).then(
                () => true,
                () => false,
              )
            }
          />
        )}
        {dialog === 'budget' && <RetryDialog run={run} spent={spent} onClose={closeDialog} />}
        {dialog === 'model' && <RetryModelDialog run={run} organizationId={project.organizationId} onClose={closeDialog} />}
        {undo.asking && <UndoPreview changes={undo.left} busy={undo.isPending} onUndo={undo.undo} onClose={undo.cancel} />}
        <UndoDialog undo={undo} words={undoWords} onOpen={onOpenFile} />
      </MarkdownContext>
    </RunProvider>
  );
}

const Busy = ({ children }: { children: string }) => (
  <p className="turn turn-notice">
    <span className="spinner" />
    {children}
  </p>
);

/** The step in progress, even if a message came after it; undefined once the run has ended. */
function findLiveStep({ turns }: RunLog): number | undefined {
  const last = turns.findLast((turn) => turn.kind === 'step' || turn.kind === 'end');
  return last?.kind === 'step' ? last.seq : undefined;
}

function isUnread({ turns }: RunLog): boolean {
  const last = turns.at(-1)?.kind;
  return last === 'message' || last === 'retry';
}

function findLastError({ turns }: RunLog) {
  return turns.findLast((turn) => turn.kind === 'error');
}

const announce = (status: Run['status'], paused: boolean): string =>
  status === 'waiting' ? words.needsDecision : words.status(describeStatus(status, paused));

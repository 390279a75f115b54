import { type ReactNode, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Empty } from '#ui/empty.tsx';
import { explain } from '#ui/explain.ts';
import { Waiting } from '#ui/waiting.tsx';
import { Composer } from './composer.tsx';
import { useRuns, useStartRun, useUnlistedRun } from './queries.ts';
import { RunList } from './run-list.tsx';
import { RunView } from './run-view.tsx';
import './runs-pane.css';

interface RunsPaneProps {
  projectId: string;
  /** The run that is shown; undefined: the list. */
  current: string | undefined;
  editable: boolean;
  /** Id of the model for a new run; undefined: the server's default. */
  model: string | undefined;
  modelSelect: ReactNode;
  onSelect: (runId: string | undefined) => void;
  onOpenFile: (path: string) => void;
  onFilesChanged: () => void;
}

export function RunsPane({ current, onSelect, ...rest }: RunsPaneProps) {
  const [started, setStarted] = useState<string>();
  const onStarted = (runId: string) => {
    setStarted(runId);
    onSelect(runId);
  };
  return (
    <section className="pane runs-pane" aria-label="Agent">
      {current ? (
        <CurrentRun key={current} runId={current} started={current === started} onSelect={onSelect} {...rest} />
      ) : (
        <AllRuns onStarted={onStarted} onSelect={onSelect} {...rest} />
      )}
    </section>
  );
}

type AllRunsProps = Omit<RunsPaneProps, 'current'> & { onStarted: (runId: string) => void };

function AllRuns({ projectId, editable, model, modelSelect, onSelect, onStarted }: AllRunsProps) {
  const start = useStartRun(projectId);
  const onSend = (message: string) =>
    start.mutateAsync(model ? { message, model } : { message }).then(
      (run) => {
        onStarted(run.id);
        return true;
      },
      () => false,
    );
  return (
    <>
      <div className="pane-head">
        <h2>Agent</h2>
      </div>
      <div className="pane-body">
        <RunList projectId={projectId} editable={editable} onSelect={onSelect} />
      </div>
      {editable && (
        <Composer placeholder="Tell the agent what to do" busy={start.isPending} error={start.error} onSend={onSend}>
          {modelSelect}
        </Composer>
      )}
    </>
  );
}

type CurrentRunProps = Omit<RunsPaneProps, 'current'> & { runId: string; started: boolean };

function CurrentRun({ projectId, runId, editable, started, onSelect, onOpenFile, onFilesChanged }: CurrentRunProps) {
  const list = useRuns(projectId);
  const listed = list.data?.pages.flatMap((page) => page.runs).find(({ id }) => id === runId);
  const unlisted = useUnlistedRun(runId, !list.isPending && !listed);
  const run = listed ?? unlisted.data;
  const back = () => onSelect(undefined);
  if (run) {
    const actions = { onOpenFile, onFilesChanged, onBack: back };
    return <RunView run={run} editable={editable} started={started} {...actions} />;
  }
  if (!unlisted.isError) return <Waiting what="Loading the run" />;
  return (
    <div className="pane-body">
      <Empty icon="agent" title="This run cannot be shown" action={<Button onClick={back}>All runs</Button>}>
        {explain(unlisted.error)}
      </Empty>
    </div>
  );
}

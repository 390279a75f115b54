import type { ReactNode } from 'react';
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

export function RunsPane({ current, ...rest }: RunsPaneProps) {
  return (
    <section className="pane runs-pane" aria-label="Agent">
      {current ? <CurrentRun key={current} runId={current} {...rest} /> : <AllRuns {...rest} />}
    </section>
  );
}

function AllRuns({ projectId, editable, model, modelSelect, onSelect }: Omit<RunsPaneProps, 'current'>) {
  const start = useStartRun(projectId);
  const onSend = (message: string) =>
    start.mutateAsync(model ? { message, model } : { message }).then(
      (run) => {
        onSelect(run.id);
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

type CurrentRunProps = Omit<RunsPaneProps, 'current'> & { runId: string };

function CurrentRun({ projectId, runId, editable, onSelect, onOpenFile, onFilesChanged }: CurrentRunProps) {
  const list = useRuns(projectId);
  const listed = list.data?.pages.flatMap((page) => page.runs).find(({ id }) => id === runId);
  const unlisted = useUnlistedRun(runId, !list.isPending && !listed);
  const run = listed ?? unlisted.data;
  const back = () => onSelect(undefined);
  if (run) return <RunView run={run} editable={editable} onOpenFile={onOpenFile} onFilesChanged={onFilesChanged} onBack={back} />;
  if (!unlisted.isError) return <Waiting what="Loading the run" />;
  return (
    <div className="pane-body">
      <Empty icon="agent" title="This run cannot be shown" action={<Button onClick={back}>All runs</Button>}>
        {explain(unlisted.error)}
      </Empty>
    </div>
  );
}

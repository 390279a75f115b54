import { type ReactNode, useCallback, useState } from 'react';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Suggestion } from './composer.tsx';
import { type Beginning, NewRun } from './new-run.tsx';
import { useRuns, useUnlistedRun } from './queries.ts';
import type { ModelSelectSlot } from './retry-model-dialog.tsx';
import { RunList } from './run-list.tsx';
import { RunView } from './run-view.tsx';
import './runs-pane.css';

interface RunsPaneProps {
  projectId: string;
  /** The run that is shown; undefined: the list. */
  current: string | undefined;
  editable: boolean;
  beginning: Beginning;
  /** In which agent and model of a new run are chosen. */
  selects: ReactNode;
  /** What there is to know of the model of a first run. */
  modelHint: ReactNode;
  /** For a run that goes on with another model. */
  modelSelect: ModelSelectSlot;
  onSelect: (runId: string | undefined) => void;
  onOpenFile: (path: string) => void;
  onFilesChanged: () => void;
}

export function RunsPane({ current, beginning, selects, modelHint, onSelect, ...rest }: RunsPaneProps) {
  const [started, setStarted] = useState<string>();
  const [example, setExample] = useState<Suggestion>();
  const onStarted = useCallback(
    (runId: string) => {
      setStarted(runId);
      onSelect(runId);
    },
    [onSelect],
  );
  const { projectId, editable } = rest;
  return (
    <section className="pane runs-pane" aria-label="Agent">
      {current ? (
        <CurrentRun key={current} runId={current} started={current === started} onSelect={onSelect} onBranched={onStarted} {...rest} />
      ) : (
        <>
          <div className="pane-head">
            <h2>Agent</h2>
          </div>
          <div className="pane-body">
            <RunList
              projectId={projectId}
              editable={editable}
              modelHint={modelHint}
              onSelect={onSelect}
              onExample={(text) => setExample({ text })}
            />
          </div>
          {editable && <NewRun projectId={projectId} beginning={beginning} selects={selects} suggestion={example} onStarted={onStarted} />}
        </>
      )}
    </section>
  );
}

type CurrentRunProps = Omit<RunsPaneProps, 'current' | 'beginning' | 'selects' | 'modelHint'> & {
  runId: string;
  started: boolean;
  onBranched: (runId: string) => void;
};

function CurrentRun({ projectId, runId, started, onSelect, onBranched, ...rest }: CurrentRunProps) {
  const list = useRuns(projectId);
  const listed = list.data?.pages.flatMap((page) => page.runs).find(({ id }) => id === runId);
  const unlisted = useUnlistedRun(runId, !list.isPending && !listed);
  const run = listed ?? unlisted.data;
  const back = () => onSelect(undefined);
  if (run) return <RunView run={run} started={started} onOpenRun={onBranched} onBack={back} {...rest} />;
  if (!unlisted.isError) return <Waiting what="Loading the run" />;
  return (
    <div className="pane-body">
      <Empty icon="agent" title="This run cannot be shown" action={<Button onClick={back}>All runs</Button>}>
        {explain(unlisted.error)}
      </Empty>
    </div>
  );
}

import { useCallback, useState } from 'react';
import type { AgentEntry } from '#features/agents/contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import type { Suggestion } from './composer.tsx';
import { NewRun } from './new-run.tsx';
import { useRuns, useUnlistedRun } from './queries.ts';
import { RunList } from './run-list.tsx';
import { RunView } from './run-view.tsx';
import { texts } from './texts/list.ts';
import './runs-pane.css';

interface RunsPaneProps {
  project: Project;
  /** The run on screen; undefined: the list. */
  current: string | undefined;
  onSelect: (runId: string | undefined) => void;
  onOpenFile: (path: string) => void;
}

export function RunsPane({ project, current, onSelect, onOpenFile }: RunsPaneProps) {
  const [started, setStarted] = useState<string>();
  // Kept while a run is on screen, as defaults for the next new run.
  const [agent, setAgent] = useState<AgentEntry>();
  const [model, setModel] = useState<string>();
  const [example, setExample] = useState<Suggestion>();
  const onStarted = useCallback(
    (runId: string) => {
      setStarted(runId);
      onSelect(runId);
    },
    [onSelect],
  );
  const editable = project.role !== 'viewer';
  return (
    <section className="pane runs-pane" aria-label={texts.pane}>
      {current ? (
        <CurrentRun
          key={current}
          project={project}
          runId={current}
          started={current === started}
          onSelect={onSelect}
          onBranched={onStarted}
          onOpenFile={onOpenFile}
        />
      ) : (
        <>
          <div className="pane-head">
            <h2>{texts.pane}</h2>
          </div>
          <div className="pane-body">
            <RunList project={project} editable={editable} onSelect={onSelect} onExample={(text) => setExample({ text })} />
          </div>
          {editable && (
            <NewRun
              project={project}
              agent={agent}
              model={model}
              suggestion={example}
              onAgent={setAgent}
              onModel={setModel}
              onStarted={onStarted}
            />
          )}
        </>
      )}
    </section>
  );
}

interface CurrentRunProps extends Omit<RunsPaneProps, 'current'> {
  runId: string;
  started: boolean;
  onBranched: (runId: string) => void;
}

function CurrentRun({ project, runId, started, onSelect, onBranched, onOpenFile }: CurrentRunProps) {
  const list = useRuns(project.id);
  const listed = list.data?.pages.flatMap((page) => page.runs).find(({ id }) => id === runId);
  const unlisted = useUnlistedRun(runId, !list.isPending && !listed);
  const run = listed ?? unlisted.data;
  const back = () => onSelect(undefined);
  if (run) return <RunView project={project} run={run} started={started} onOpenFile={onOpenFile} onOpenRun={onBranched} onBack={back} />;
  if (!unlisted.isError) return <Waiting what={texts.loadingRun} />;
  return (
    <div className="pane-body">
      <Empty icon="agent" title={texts.runFailed} action={<Button onClick={back}>{texts.allRuns}</Button>}>
        {explain(unlisted.error)}
      </Empty>
    </div>
  );
}

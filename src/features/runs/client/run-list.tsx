import { DemoHint } from '#features/models/client/demo-hint.tsx';
import type { Project } from '#features/projects/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useRuns } from './queries.ts';
import { RunStatusMark } from './run-status.tsx';
import { texts } from './texts/list.ts';

interface RunListProps {
  project: Project;
  editable: boolean;
  onSelect: (runId: string) => void;
  onExample: (message: string) => void;
}

export function RunList({ project, editable, onSelect, onExample }: RunListProps) {
  const list = useRuns(project.id);
  if (list.isPending) return <Waiting what={texts.loading} />;
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const runs = list.data.pages.flatMap((page) => page.runs);
  if (runs.length === 0) {
    return (
      <Empty icon="agent" title={texts.none} action={editable && <Examples project={project} onExample={onExample} />}>
        {editable ? texts.noneEditable : texts.noneReadOnly}
      </Empty>
    );
  }
  return (
    <>
      <ul className="run-list">
        {runs.map((run) => (
          <RunItem key={run.id} run={run} onSelect={() => onSelect(run.id)} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button kind="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.older}
        </Button>
      )}
    </>
  );
}

function Examples({ project, onExample }: Pick<RunListProps, 'project' | 'onExample'>) {
  return (
    <>
      <ul className="run-examples" aria-label={texts.examplesLabel}>
        {texts.examples.map((example) => (
          <li key={example}>
            <button type="button" className="button" onClick={() => onExample(example)}>
              {example}
            </button>
          </li>
        ))}
      </ul>
      <DemoHint organizationId={project.organizationId} />
    </>
  );
}

function RunItem({ run, onSelect }: { run: Run; onSelect: () => void }) {
  return (
    <li>
      <button type="button" className="run-item" onClick={onSelect}>
        <span className="run-title">{run.title}</span>
        <span className="run-facts">
          <RunStatusMark status={run.status} held={run.held} />
          <span className="truncate">{texts.startedBy[run.origin.kind](run.startedBy.name)}</span>
          <Time at={run.changedAt} />
        </span>
      </button>
    </li>
  );
}

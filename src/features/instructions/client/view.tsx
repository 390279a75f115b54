import { Link } from 'wouter';
import { Author } from '#features/files/client/author.tsx';
import { FileDiffView } from '#features/files/client/file-diffs.tsx';
import { INSTRUCTIONS_PATH } from '#features/files/instructions-file.ts';
import type { ProjectInstructions } from '#features/instructions/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Fact } from '#ui/primitives/fact.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Review, ReviewFacts } from '#ui/primitives/review.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useAccept, useInstructions } from './queries.ts';
import './instructions.css';

interface InstructionsViewProps {
  projectId: string;
  projectName: string | undefined;
  onOpenFile: (projectId: string, path: string) => void;
}

/** The current AGENTS.md compared with the accepted one, and the button that accepts it. */
export function InstructionsView({ projectId, projectName, onOpenFile }: InstructionsViewProps) {
  const { data, error, refetch } = useInstructions(projectId);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting what="Loading what has changed" />;
  return (
    <Review id="instructions-title" title={`${INSTRUCTIONS_PATH} has changed`}>
      <Facts shown={data} projectId={projectId} projectName={projectName} />
      <Note icon="info">
        Agents follow {INSTRUCTIONS_PATH}. Scheduled and triggered runs keep using the last accepted version until somebody accepts this
        one.
      </Note>
      {data.diff && (
        <section className="file-diffs" aria-label="What has changed">
          <FileDiffView file={data.diff} brief={false} onOpenFile={() => onOpenFile(projectId, INSTRUCTIONS_PATH)} />
        </section>
      )}
      <Acceptance shown={data} projectId={projectId} onOpen={() => onOpenFile(projectId, INSTRUCTIONS_PATH)} />
    </Review>
  );
}

function Facts({
  shown,
  projectId,
  projectName,
}: { shown: ProjectInstructions } & Pick<InstructionsViewProps, 'projectId' | 'projectName'>) {
  const { newest, accepted } = shown;
  return (
    <ReviewFacts>
      <Fact name="Project">
        <Link href={`/projects/${projectId}`}>{projectName ?? 'Open the project'}</Link>
      </Fact>
      {newest && (
        <Fact name="Newest">
          <Author kind={newest.by.kind} name={newest.by.name} />
          <Time at={newest.at} />
        </Fact>
      )}
      <Fact name="Accepted">
        {accepted ? (
          <>
            {accepted.version === null ? 'No file' : <Author kind={accepted.by.kind} name={accepted.by.name} />} <Time at={accepted.at} />
          </>
        ) : (
          'No version yet'
        )}
      </Fact>
    </ReviewFacts>
  );
}

function Acceptance({ shown, projectId, onOpen }: { shown: ProjectInstructions; projectId: string; onOpen: () => void }) {
  const { newest, waits, mayAccept, level } = shown;
  const accept = useAccept(projectId);
  if (!waits || !newest) return <Note icon="check">Accepted. Nothing waits here.</Note>;
  return (
    <>
      {accept.isError && <Note kind="warn">{explain(accept.error)}</Note>}
      {!mayAccept && (
        <Note>{`Schedules or triggers here use the level ${level}, and your role may not. Ask an admin to accept this.`}</Note>
      )}
      <div className="instructions-acceptance">
        {mayAccept && (
          <Button
            kind="primary"
            icon="check"
            busy={accept.isPending}
            onClick={() => accept.mutate(newest.number, { onSuccess: () => showToast(`Accepted: ${INSTRUCTIONS_PATH}`) })}
          >
            Accept
          </Button>
        )}
        {newest.version !== null && <Button onClick={onOpen}>Open the file</Button>}
      </div>
      <p className="muted">To go back to the accepted version, open the file and undo the change in its history.</p>
    </>
  );
}

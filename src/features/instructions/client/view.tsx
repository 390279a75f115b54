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
import { texts } from './texts.ts';
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
  if (!data) return <Waiting what={texts.loading} />;
  return (
    <Review id="instructions-title" title={texts.title(INSTRUCTIONS_PATH)}>
      <Facts shown={data} projectId={projectId} projectName={projectName} />
      <Note icon="info">{texts.about(INSTRUCTIONS_PATH)}</Note>
      {data.diff && (
        <section className="file-diffs" aria-label={texts.changes}>
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
      <Fact name={texts.project}>
        <Link href={`/projects/${projectId}`}>{projectName ?? texts.openProject}</Link>
      </Fact>
      {newest && (
        <Fact name={texts.newest}>
          <Author kind={newest.by.kind} name={newest.by.name} />
          <Time at={newest.at} />
        </Fact>
      )}
      <Fact name={texts.accepted}>
        {!accepted
          ? texts.noneAccepted
          : accepted.version === null
            ? texts.acceptedMissing(<Time at={accepted.at} />)
            : texts.acceptedBy(<Author kind={accepted.by.kind} name={accepted.by.name} />, <Time at={accepted.at} />)}
      </Fact>
    </ReviewFacts>
  );
}

function Acceptance({ shown, projectId, onOpen }: { shown: ProjectInstructions; projectId: string; onOpen: () => void }) {
  const { newest, waits, mayAccept, level } = shown;
  const accept = useAccept(projectId);
  if (!waits || !newest) return <Note icon="check">{texts.nothingWaits}</Note>;
  return (
    <>
      {accept.isError && <Note kind="warn">{explain(accept.error)}</Note>}
      {!mayAccept && <Note>{texts.mayNot(level)}</Note>}
      <div className="instructions-acceptance">
        {mayAccept && (
          <Button
            kind="primary"
            icon="check"
            busy={accept.isPending}
            onClick={() => accept.mutate(newest.number, { onSuccess: () => showToast(texts.done(INSTRUCTIONS_PATH)) })}
          >
            {texts.accept}
          </Button>
        )}
        {newest.version !== null && <Button onClick={onOpen}>{texts.openFile}</Button>}
      </div>
      <p className="muted">{texts.undo}</p>
    </>
  );
}

import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { levels } from '#features/policies/levels.ts';
import type { Approval, ShownApproval } from '#features/runs/approvals-contract.ts';
import { ApprovalFiles } from '#features/runs/client/approvals/approval-files.tsx';
import { useApproval } from '#features/runs/client/approvals/queries.ts';
import { ReadableInput } from '#features/tools/client/readable-input.tsx';
import { nameTool } from '#features/tools/client/tool-call.ts';
import { explain } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Fact } from '#ui/primitives/fact.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { Review, ReviewFacts } from '#ui/primitives/review.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { ApprovalResolution } from './approval-resolution.tsx';
import { texts } from './texts/inbox.ts';
import { describeOutcome, describeOwner, runAddress, titleOf } from './words.ts';
import './approval.css';

const words = texts.approval;

interface ApprovalViewProps {
  approvalId: string;
  /** Opened by keyboard, or next in line after a resolution. */
  takesFocus: boolean;
  shortcuts: boolean;
  /** The other listed approvals: the same run may have made several requests. */
  others: readonly Approval[];
  onSelect: (approvalId: string) => void;
  onResolved: (approval: Approval, given: string) => void;
  onOpenFile: (projectId: string, path: string) => void;
}

/** One approval: the run, its reason, the exact call, and the possible resolutions. */
export function ApprovalView({ approvalId, ...rest }: ApprovalViewProps) {
  const { data, error, refetch } = useApproval(approvalId);
  if (data) return <Shown shown={data} {...rest} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  return <Waiting what={words.loading} />;
}

function Shown({
  shown,
  takesFocus,
  others,
  onSelect,
  onOpenFile,
  ...rest
}: Omit<ApprovalViewProps, 'approvalId'> & { shown: ShownApproval }) {
  const { approval, files, stale } = shown;
  const [problem, setProblem] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (takesFocus) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  const again = others.find(({ id, runId, status }) => runId === approval.runId && status === 'pending' && id !== approval.id);
  const open = (path: string) => onOpenFile(approval.projectId, path);
  return (
    <Review id={`approval-${approval.id}`} title={titleOf(approval)} heading={heading}>
      <Facts approval={approval} />
      <Note icon="info">{approval.reason}</Note>
      {stale.length > 0 && <Stale stale={stale} onOpenFile={open} />}
      {files.length > 0 && (
        <section className="file-diffs" aria-label={words.changes}>
          <ApprovalFiles shown={shown} onOpenFile={open} />
        </section>
      )}
      <Arguments approval={approval} folded={files.length > 0} onOpenFile={open} />
      {problem !== undefined && <Note kind="warn">{explain(problem)}</Note>}
      {approval.status === 'pending' ? (
        <ApprovalResolution shown={shown} onRefused={setProblem} {...rest} />
      ) : (
        <Outcome approval={approval} />
      )}
      {again && (
        <Button icon="person" onClick={() => onSelect(again.id)}>
          {words.again(titleOf(again))}
        </Button>
      )}
    </Review>
  );
}

function Facts({ approval }: { approval: Approval }) {
  const { projectId, projectName, run, server, tool, askedAt, expiresAt, status } = approval;
  return (
    <ReviewFacts>
      <Fact name={words.asks}>
        <span className="author by-agent">
          <Icon name="agent" />
          {describeOwner(run)}
        </span>
      </Fact>
      <Fact name={words.run}>
        <span className="muted">
          {words.runIn(<Link href={runAddress(approval)}>{run.title}</Link>, <Link href={`/projects/${projectId}`}>{projectName}</Link>)}
        </span>
      </Fact>
      {server !== null && (
        <Fact name={words.tool}>
          {nameTool({ tool, server })} <span className="muted">{words.ofServer(server)}</span>
        </Fact>
      )}
      <Fact name={words.level}>{levels[run.level].label}</Fact>
      <Fact name={words.asked}>
        <Time at={askedAt} />
        {status === 'pending' && expiresAt !== null && <span className="muted"> {words.expires(<Time at={expiresAt} />)}</span>}
      </Fact>
    </ReviewFacts>
  );
}

function Arguments({ approval, folded, onOpenFile }: { approval: Approval; folded: boolean; onOpenFile: (path: string) => void }) {
  const { tool, input, kind } = approval;
  if (kind === 'budget') return null;
  const shown = <ReadableInput tool={tool} input={input} onOpenFile={onOpenFile} />;
  if (!folded) return shown;
  return (
    <details className="approval-input">
      <summary>
        <Icon name="chevron" />
        {words.input}
      </summary>
      {shown}
    </details>
  );
}

function Stale({ stale, onOpenFile }: { stale: ShownApproval['stale']; onOpenFile: (path: string) => void }) {
  return (
    <Note kind="warn">
      <p>{words.stale}</p>
      <ul>
        {stale.map(({ path, by, at }) => {
          const time = at && <Time at={at} />;
          const file = (
            <button type="button" className="link" onClick={() => onOpenFile(path)}>
              {markPath(path)}
            </button>
          );
          return <li key={path}>{by?.kind === 'run' ? words.editedByAgent(file, by.name, time) : words.edited(file, by?.name, time)}</li>;
        })}
      </ul>
    </Note>
  );
}

function Outcome({ approval }: { approval: Approval }) {
  const { status, decidedAt, note } = approval;
  return (
    <div className="approval-outcome" data-status={status}>
      <p>
        {describeOutcome(approval)} {decidedAt && <Time at={decidedAt} />}
      </p>
      {note !== null && <blockquote>{note}</blockquote>}
      <p>
        <Link href={runAddress(approval)}>{words.toRun}</Link>
      </p>
    </div>
  );
}

import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { ToolPart } from '#features/runs/conversation.ts';
import { nameTool } from '#features/tools/client/tool-call.ts';
import { explain } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import type { ShownApproval } from '../../approvals-contract.ts';
import { choicesOf } from '../../describe-approval.ts';
import { describeSteering } from '../../four-eyes.ts';
import { useRunContext } from '../run-context.ts';
import { texts } from '../texts/approvals.ts';
import { ToolInput } from '../tool-input.tsx';
import { ApprovalFiles } from './approval-files.tsx';
import { useApproval, useResolveApproval } from './queries.ts';
import { Resolution, type ResolutionProps } from './resolution.tsx';
import './question-card.css';

interface ApprovalCardProps {
  approvalId: string;
  /** The tool call in question; absent for a budget. */
  part?: ToolPart;
  /** Shown once it is resolved, which the log reports a moment later. */
  otherwise?: ReactNode;
}

/** An approval shown where the run asks: what it would do, before it is done. The inbox shows the same. */
export function ApprovalCard({ approvalId, part, otherwise = null }: ApprovalCardProps) {
  const { data, error, refetch } = useApproval(approvalId);
  if (!data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data.approval.status !== 'pending') return otherwise;
  return <OpenApproval shown={data} part={part} />;
}

function OpenApproval({ shown, part }: { shown: ShownApproval; part: ToolPart | undefined }) {
  const { approval, files, stale } = shown;
  const { onOpenFile } = useRunContext();
  const title = shown.mayDecide && !shown.needsAnother ? texts.title : texts.titleOfOthers;
  return (
    <section className="question" aria-label={title}>
      <h3>
        <Icon name="person" />
        {title}
      </h3>
      <p>{approval.reason}</p>
      {stale.length > 0 && <Note kind="warn">{describeStale(stale)}</Note>}
      {files.length > 0 ? (
        <div className="file-diffs">
          <ApprovalFiles shown={shown} onOpenFile={onOpenFile} />
        </div>
      ) : (
        part && <ToolInput part={part} />
      )}
      <CardResolution shown={shown} />
      <p className="question-facts">
        {approval.expiresAt !== null && <>{texts.expires(<Time at={approval.expiresAt} />)} </>}
        <Link href={`/inbox?approval=${approval.id}`}>{texts.openInInbox}</Link>
      </p>
    </section>
  );
}

function CardResolution({ shown }: { shown: ShownApproval }) {
  const { approval, mayDecide, needsAnother, fourEyes = false, approvers } = shown;
  const resolve = useResolveApproval(approval);
  const [rejecting, setRejecting] = useState(false);
  const [busy, setBusy] = useState<ResolutionProps['busy']>();
  if (!mayDecide) return <p className="muted">{texts.needsRole[approvers]}</p>;
  const onResolve: ResolutionProps['onResolve'] = (choice, note) => {
    setBusy(choice);
    const decision = choice === 'reject' ? 'reject' : 'approve';
    const given = { decision, hash: approval.hash, ...(note && { note }), ...(choice === 'approveAll' && { all: true }) } as const;
    resolve.mutate(given, { onSettled: () => setBusy(undefined) });
  };
  return (
    <>
      {needsAnother && <Note>{describeSteering(needsAnother)}</Note>}
      {resolve.isError && <Note kind="danger">{explain(resolve.error)}</Note>}
      <Resolution
        answers={choicesOf(shown, nameTool(approval))}
        noteSteers={fourEyes && !needsAnother}
        rejecting={rejecting}
        onRejecting={setRejecting}
        busy={busy}
        onResolve={onResolve}
      />
    </>
  );
}

function describeStale(stale: ShownApproval['stale']): string {
  const [first] = stale;
  if (stale.length !== 1 || !first) return texts.staleFiles(stale.length);
  const { path, by } = first;
  if (!by) return texts.stale(path);
  return (by.kind === 'run' ? texts.staleByAgent : texts.staleByPerson)(path, by.name);
}

/** The outcome of an approval. */
export function AnsweredApproval({ question, answer }: { question: NonNullable<ToolPart['question']>; answer: ToolPart['answer'] }) {
  return (
    <p className="question-answered">
      <Icon name="person" />
      <span>{answer && answer.seq > question.seq ? describeAnswer(answer) : texts.notAnswered(question.message)}</span>
    </p>
  );
}

function describeAnswer({ choice, by, all, note }: NonNullable<ToolPart['answer']>): string {
  if (choice === 'expire') return texts.expired;
  if (choice === 'renew') return texts.renewed(by.name);
  if (choice === 'reject') return texts.rejected(by.name, note);
  return (all ? texts.approvedAll : texts.approved)(by.name, note);
}

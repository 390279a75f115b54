import { useEffect, useMemo, useRef, useState } from 'react';
import type { Approval, ShownApproval } from '#features/runs/approvals-contract.ts';
import { useAnswer, useResolveApproval } from '#features/runs/client/approvals/queries.ts';
import { Resolution, type ResolutionProps } from '#features/runs/client/approvals/resolution.tsx';
import { type ApprovalChoices, choicesOf } from '#features/runs/describe-approval.ts';
import { describeSteering } from '#features/runs/four-eyes.ts';
import { nameTool } from '#features/tools/client/tool-call.ts';
import { type Command, useCommands } from '#ui/app/commands.ts';
import { useShortcuts } from '#ui/app/shortcuts.ts';
import { Note } from '#ui/primitives/note.tsx';
import { texts } from './texts/inbox.ts';

interface ApprovalResolutionProps {
  shown: ShownApproval;
  shortcuts: boolean;
  /** @param given a short label of the resolution */
  onResolved: (approval: Approval, given: string) => void;
  onRefused: (error: unknown) => void;
}

type Choice = NonNullable<ResolutionProps['busy']>;

export function ApprovalResolution(props: ApprovalResolutionProps) {
  const { mayDecide, needsAnother, approvers } = props.shown;
  if (!mayDecide) return <Note>{texts.resolution.roles(approvers)}</Note>;
  return (
    <>
      {needsAnother && <Note>{describeSteering(needsAnother)}</Note>}
      <OpenResolution {...props} />
    </>
  );
}

function OpenResolution({ shown, shortcuts, onResolved, onRefused }: ApprovalResolutionProps) {
  const { approval, needsAnother, fourEyes = false } = shown;
  const resolve = useResolveApproval(approval);
  const answer = useAnswer(approval.projectId, approval.runId);
  const [rejecting, setRejecting] = useState(false);
  const [busy, setBusy] = useState<Choice>();
  const answers = choicesOf(shown, nameTool(approval));

  async function give(choice: Choice, note?: string): Promise<void> {
    if (busy) return;
    setBusy(choice);
    try {
      if (choice === 'happened') await answer.mutateAsync({ callId: approval.callId ?? '', choice });
      else {
        const decision = choice === 'reject' ? 'reject' : 'approve';
        const more = {
          ...(choice === 'approveAll' && { all: true }),
          ...(answers.happened && decision === 'approve' && { choice: 'retry' as const }),
        };
        await resolve.mutateAsync({ decision, hash: approval.hash, ...(note && { note }), ...more });
      }
      onResolved(approval, answers[choice]?.doneLabel ?? texts.resolution.answered);
    } catch (error) {
      onRefused(error);
    } finally {
      setBusy(undefined);
      setRejecting(false);
    }
  }

  useShortcuts((key) => {
    if (key === 'a' && answers.approve && !answers.happened) void give('approve');
    else if (key === 'A' && answers.approveAll) void give('approveAll');
    else if (key === 'r') setRejecting(true);
    else return false;
    return true;
  }, shortcuts && !rejecting);
  useResolutionCommands(answers, (choice) => (choice === 'reject' ? setRejecting(true) : void give(choice)));
  return (
    <Resolution
      answers={answers}
      rejecting={rejecting}
      onRejecting={setRejecting}
      busy={busy}
      noteSteers={fourEyes && !needsAnother}
      onResolve={(choice, note) => void give(choice, note)}
      keys={shortcuts}
    />
  );
}

/** The same choices in the command palette. */
function useResolutionCommands({ approve, approveAll, happened, reject }: ApprovalChoices, act: (choice: Choice) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const labels = [approve?.label, approveAll?.label, happened?.label, reject.label].join('\n');
  const commands = useMemo((): Command[] => {
    const [yes = '', all = '', was = '', no = ''] = labels.split('\n');
    const offered = [
      { choice: 'approve', label: yes, icon: 'check', hint: was ? texts.commandPlace : texts.keys.hint('A') },
      { choice: 'approveAll', label: all, icon: 'check', hint: texts.keys.hint('⇧A') },
      { choice: 'happened', label: was, icon: 'check', hint: texts.commandPlace },
      { choice: 'reject', label: texts.opens(no), icon: 'close', hint: texts.keys.hint('R') },
    ] as const;
    return offered
      .filter(({ label }) => label !== '')
      .map(({ choice, ...command }) => ({ id: `resolve-${choice}`, ...command, run: () => latest.current(choice) }));
  }, [labels]);
  useCommands(commands);
}

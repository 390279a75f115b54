import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { changePlan } from '#features/runs/contract.ts';
import { eventData } from '#features/runs/events.ts';
import { call } from '#ui/app/call.ts';
import { hasCode } from '#ui/format/explain.ts';
import { ProblemError } from '#wire/call.ts';
import { approvalsKey } from '../approvals/approvals-key.ts';
import { texts } from '../texts/plan.ts';
import type { PlanEdit } from './edits.ts';
import { addEdit, newer, noPlan, type PendingEdits, type Plan, settleEdit, shownSteps } from './pending-edits.ts';

/** How often an edit is reapplied when the plan has changed in the meantime. */
const MAX_ATTEMPTS = 4;

export class StepGone extends Error {}

/** A plan that people change while the agent does too: each edit is shown at once, and reapplied if the plan has changed. */
export function usePlan(runId: string, logged: Plan | undefined) {
  const [pending, setPending] = useState<PendingEdits>({ base: noPlan, edits: [] });
  const newest = newer(logged ?? noPlan, pending.base);
  const base = useRef(newest);
  base.current = newest;

  async function store(edit: PlanEdit): Promise<Plan> {
    let draft = base.current;
    for (let attempt = 1; ; attempt++) {
      const steps = edit(draft.steps);
      if (!steps) throw new StepGone(texts.gone);
      try {
        return (await call(changePlan, { params: { runId }, body: { steps, version: draft.version } })).body.plan;
      } catch (error) {
        const current = hasCode(error, 'plan_changed') && attempt < MAX_ATTEMPTS ? readCurrent(error) : undefined;
        if (!current) throw error;
        draft = current;
      }
    }
  }

  const client = useQueryClient();
  const { mutate, error } = useMutation({
    mutationFn: store,
    // Sequential: each edit is based on the result of the one before.
    scope: { id: `plan ${runId}` },
    meta: { inline: true },
    onSettled: (draft) => {
      if (draft) base.current = draft;
      setPending((before) => settleEdit(before, draft));
      // Who changes the plan may not approve, where a policy says so.
      void client.invalidateQueries({ queryKey: approvalsKey });
    },
  });
  const edit = (change: PlanEdit) => {
    setPending((before) => addEdit(before, newest, change));
    mutate(change);
  };
  return { steps: shownSteps(pending, newest), edit, isSaving: pending.edits.length > 0, error };
}

function readCurrent(error: unknown): Plan | undefined {
  return error instanceof ProblemError ? eventData.plan.safeParse(error.problem['plan']).data : undefined;
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { changePlan } from '#features/runs/contract.ts';
import { eventData } from '#features/runs/events.ts';
import type { PlanStep } from '#features/runs/plan.ts';
import { call } from '#ui/app/call.ts';
import { hasCode } from '#ui/format/explain.ts';
import { ProblemError } from '#wire/call.ts';
import { approvalsKey } from '../approvals/approvals-key.ts';
import { texts } from '../texts/plan.ts';
import type { PlanEdit } from './edits.ts';

interface Plan {
  steps: PlanStep[];
  version: number;
}

const none: Plan = { steps: [], version: 0 };
/** How often an edit is reapplied when the plan has changed in the meantime. */
const MAX_ATTEMPTS = 4;

export class StepGone extends Error {}

/** A plan that people change while the agent does too: each edit is shown at once, and reapplied if the plan has changed. */
export function usePlan(runId: string, logged: Plan | undefined) {
  const [saved, setSaved] = useState(none);
  /** Unsaved edits, and the plan they are shown on: the newest logged plan may already include them. */
  const [{ shown, unsaved }, setWaiting] = useState<{ shown: Plan; unsaved: readonly PlanEdit[] }>({ shown: none, unsaved: [] });
  const newest = [logged ?? none, saved].reduce((a, b) => (b.version > a.version ? b : a));
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
      if (draft) {
        base.current = draft;
        setSaved(draft);
      }
      setWaiting(({ shown, unsaved: [, ...rest] }) => ({ shown: draft ?? shown, unsaved: rest }));
      // Who changes the plan may not approve, where a policy says so.
      void client.invalidateQueries({ queryKey: approvalsKey });
    },
  });
  const edit = (change: PlanEdit) => {
    setWaiting((before) => ({ shown: before.unsaved.length > 0 ? before.shown : newest, unsaved: [...before.unsaved, change] }));
    mutate(change);
  };
  const { steps: before } = unsaved.length > 0 ? shown : newest;
  const steps = unsaved.reduce<readonly PlanStep[]>((steps, change) => change(steps) ?? steps, before);
  return { steps, edit, isSaving: unsaved.length > 0, error };
}

function readCurrent(error: unknown): Plan | undefined {
  return error instanceof ProblemError ? eventData.plan.safeParse(error.problem['plan']).data : undefined;
}

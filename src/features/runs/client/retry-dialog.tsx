import { useState } from 'react';
import type { Run } from '#features/runs/contract.ts';
import type { Amounts } from '#features/runs/spending.ts';
import { explainRest } from '#ui/format/explain.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { BudgetFields } from './budget-fields.tsx';
import { budgetPaths, readBudget, writeBudget } from './budget-text.ts';
import { useRetryRun } from './queries.ts';
import { texts } from './texts/run.ts';

/** Shown when a run has used up its budget: it continues with a larger one. */
export function RetryDialog({ run, spent, onClose }: { run: Run; spent: Amounts; onClose: () => void }) {
  const retry = useRetryRun(run.projectId, run.id);
  const [budget, setBudget] = useState(() => writeBudget(raised(run.budget, spent)));
  const rest = explainRest(retry.error, budgetPaths);
  return (
    <FormDialog
      title={texts.retryDialog.title}
      action={texts.retryDialog.action}
      busy={retry.isPending}
      onSubmit={() => retry.mutate({ budget: readBudget(budget) }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{texts.retryDialog.about}</p>
      <BudgetFields value={budget} error={retry.error} onChange={setBudget} />
      {rest && <Note kind="danger">{rest}</Note>}
    </FormDialog>
  );
}

/** Doubles the limits that are nearly used up; adds steps if no limit is set. */
function raised(budget: Run['budget'], spent: Amounts): Run['budget'] {
  const { steps, tokens, cost, minutes } = budget;
  const used = { tokens: spent.inputTokens + spent.outputTokens, minutes: spent.ms / 60_000 };
  const next = (limit: number | undefined, amount: number) => (limit !== undefined && amount >= limit * 0.9 ? limit * 2 : limit);
  const named = {
    steps: next(steps, spent.steps),
    tokens: next(tokens, used.tokens),
    cost: next(cost, spent.cost),
    minutes: next(minutes, used.minutes),
  };
  const told = Object.entries(named).filter(([, limit]) => limit !== undefined);
  return told.length > 0 ? Object.fromEntries(told) : { steps: spent.steps + 50 };
}

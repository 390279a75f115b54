import { type PlanStep, progressOf, type StepStatus } from '#features/runs/plan.ts';
import { Icon, type IconName } from '#ui/primitives/icon.tsx';
import { InlineCode } from '#ui/primitives/inline-code.tsx';
import { texts } from '../texts/plan.ts';
import { keySteps } from './edits.ts';
import './plan.css';

const icons: Record<StepStatus, IconName> = { open: 'circle', doing: 'doing', done: 'check', dropped: 'close' };

/** The status of a step, as an icon with a label. */
export const StepMark = ({ status }: { status: StepStatus }) => (
  <span className="step-mark" data-status={status}>
    <Icon name={icons[status]} label={texts.statuses[status]} />
  </span>
);

/** The steps of a plan, read-only. */
export function PlanList({ steps, label }: { steps: readonly PlanStep[]; label: string }) {
  return (
    <ol className="plan-list" aria-label={label}>
      {keySteps(steps).map(({ key, step }) => (
        <li key={key} data-status={step.status}>
          <StepMark status={step.status} />
          <StepText step={step} />
        </li>
      ))}
    </ol>
  );
}

export const StepText = ({ step: { text, note } }: { step: PlanStep }) => (
  <span className="step-text">
    <InlineCode text={text} />
    {note && (
      <span className="step-note">
        <InlineCode text={note} />
      </span>
    )}
  </span>
);

export function describeProgress(steps: readonly PlanStep[]): string {
  const { done, all } = progressOf(steps);
  return texts.progress(done, all);
}

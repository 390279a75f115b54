import { type FormEvent, useState } from 'react';
import { Author } from '#features/files/client/author.tsx';
import { type Goal, MAX_STEP_TEXT, MAX_STEPS, progressOf } from '#features/runs/plan.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { explain } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { InlineCode } from '#ui/primitives/inline-code.tsx';
import { Note } from '#ui/primitives/note.tsx';
import type { LoggedPlan } from '../run-log.ts';
import { texts } from '../texts/plan.ts';
import { addStep, keySteps, type PlanEdit } from './edits.ts';
import { describeProgress, PlanList } from './list.tsx';
import { PlanRow } from './row.tsx';
import { StepGone, usePlan } from './use-plan.ts';
import './plan.css';

interface PlanPanelProps {
  runId: string;
  goal: Goal;
  /** As logged; undefined until there is a plan. */
  plan: LoggedPlan | undefined;
  startedBy: string;
  /** The user may change the plan, until the run has ended. */
  editable: boolean;
  ended: boolean;
}

/** The plan of a run with a goal: what is done, what comes next, and the constraints. People can change it while the run works. */
export function PlanPanel({ runId, goal, plan, startedBy, editable: mayEdit, ended }: PlanPanelProps) {
  const { steps, edit, isSaving, error } = usePlan(runId, plan);
  const [said, setSaid] = useState('');
  const [reworded, setReworded] = useState<string>();
  // On a phone, the conversation comes first; after the end, the report does.
  const [isOpen, setOpen] = useState(!useIsNarrow() && !ended);
  const editable = mayEdit && !ended;
  const { done, all } = progressOf(steps);
  const doing = steps.find(({ status }) => status === 'doing');
  const onEdit = (change: PlanEdit, says: string) => {
    edit(change);
    setSaid(says);
  };
  return (
    <section className="plan" aria-label={texts.title}>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="chevron" />
          <Icon name="plan" />
          <span className="plan-title">{texts.title}</span>
          <span className="plan-now truncate">
            <InlineCode text={doing?.text ?? ''} />
          </span>
          {isSaving && <span className="spinner" />}
          {all > 0 && (
            <>
              <span className="plan-bar" aria-hidden="true">
                <span style={{ width: `${(done / all) * 100}%` }} />
              </span>
              <span className="numeric">{describeProgress(steps)}</span>
            </>
          )}
        </summary>
        <section className="plan-body" aria-label={texts.body} tabIndex={editable ? -1 : 0}>
          {steps.length === 0 && <p className="muted">{editable ? texts.noneEditable : texts.none}</p>}
          {editable ? (
            <>
              <ol className="plan-list" aria-label={texts.steps}>
                {keySteps(steps).map(({ key, step }, index) => (
                  <PlanRow
                    key={key}
                    step={step}
                    index={index}
                    count={steps.length}
                    takesFocus={step.text === reworded}
                    onEdit={onEdit}
                    onReworded={setReworded}
                  />
                ))}
              </ol>
              {steps.length < MAX_STEPS && <AddStep onAdd={(text) => onEdit(addStep(text), texts.said.added(text))} />}
            </>
          ) : (
            <PlanList steps={steps} label={texts.steps} />
          )}
          {error && <Note kind="danger">{error instanceof StepGone ? error.message : explain(error)}</Note>}
          <Constraints goal={goal} />
          {plan && <Changed plan={plan} startedBy={startedBy} />}
        </section>
      </details>
      <output className="visually-hidden">{said}</output>
    </section>
  );
}

function AddStep({ onAdd }: { onAdd: (text: string) => void }) {
  const [text, setText] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onAdd(text.trim());
    setText('');
  };
  return (
    <form className="plan-add" onSubmit={onSubmit}>
      <input
        className="input"
        aria-label={texts.another}
        placeholder={texts.another}
        maxLength={MAX_STEP_TEXT}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" size="small" icon="plus" disabled={text.trim() === ''}>
        {texts.add}
      </Button>
    </form>
  );
}

function Constraints({ goal: { constraints } }: { goal: Goal }) {
  if (constraints.length === 0) return null;
  return (
    <div className="plan-constraints">
      <p className="field-label">{texts.constraints}</p>
      <ul>
        {[...new Set(constraints)].map((constraint) => (
          <li key={constraint}>{constraint}</li>
        ))}
      </ul>
    </div>
  );
}

const Changed = ({ plan: { by, at, version }, startedBy }: { plan: LoggedPlan; startedBy: string }) => (
  <p className="plan-changed">
    {texts.version(version, <Author kind={by ? 'person' : 'run'} name={by?.name ?? startedBy} />, <Time at={at} />)}
  </p>
);

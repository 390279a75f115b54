import { useState } from 'react';
import type { AutonomySwitch } from '#features/policies/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useSwitch } from './overview-queries.ts';

interface SwitchPanelProps {
  organization: { id: string; name: string };
  state: AutonomySwitch;
  /** Number of paused runs. */
  held: number;
  mayChange: boolean;
}

/** Turning autonomy off takes one click, since it may be urgent and loses nothing; turning it on asks for confirmation. */
export function SwitchPanel({ organization, state, held, mayChange }: SwitchPanelProps) {
  const [asked, setAsked] = useState(false);
  const change = useSwitch(organization.id);
  const onOff = ({ runs }: { runs: number }) =>
    showToast(runs === 0 ? 'Autonomous work is off.' : `Autonomous work is off: ${formatRuns(runs)} held.`);
  return (
    <section className="autonomy-switch" data-on={state.on} aria-labelledby="autonomy-switch">
      <Icon name={state.on ? 'check' : 'stop'} />
      <div className="autonomy-switch-text">
        <h2 id="autonomy-switch">Autonomous work is {state.on ? 'on' : 'off'}</h2>
        <p>
          {state.on
            ? 'Runs of the level autonomous, and those that schedules and triggers start, go on by themselves.'
            : `${held === 0 ? 'None starts' : `${capitalised(formatRuns(held))} held, and none starts`}, until somebody switches it on. Supervised runs that people start go on.`}
        </p>
        <SwitchedBy state={state} />
        {!asked && change.isError && <Failure error={change.error} />}
      </div>
      {mayChange &&
        (state.on ? (
          <Button icon="stop" busy={change.isPending} onClick={() => change.mutate({ on: false }, { onSuccess: onOff })}>
            Switch off now
          </Button>
        ) : (
          <Button
            onClick={() => {
              change.reset();
              setAsked(true);
            }}
          >
            Switch on…
          </Button>
        ))}
      {asked && <SwitchOnDialog organization={organization} held={held} change={change} onClose={() => setAsked(false)} />}
    </section>
  );
}

function SwitchedBy({ state: { on, changedAt, changedBy } }: { state: AutonomySwitch }) {
  if (!changedAt || !changedBy) return null;
  return (
    <p className="muted">
      {changedBy.name} switched it {on ? 'on' : 'off'} <Time at={changedAt} />.
    </p>
  );
}

interface SwitchOnDialogProps {
  organization: { name: string };
  held: number;
  change: ReturnType<typeof useSwitch>;
  onClose: () => void;
}

function SwitchOnDialog({ organization: { name }, held, change, onClose }: SwitchOnDialogProps) {
  const [confirm, setConfirm] = useState('');
  const onSuccess = () => {
    onClose();
    showToast(held === 0 ? 'Autonomous work is on.' : `Autonomous work is on: ${formatRuns(held, 'go', 'goes')} on.`);
  };
  const rest = explainRest(change.error, ['confirm']);
  return (
    <FormDialog
      title="Switch autonomous work on"
      action="Switch on"
      kind="danger"
      busy={change.isPending}
      disabled={confirm.trim() === ''}
      onSubmit={() => change.mutate({ on: true, confirm }, { onSuccess })}
      onClose={onClose}
    >
      <p>
        {held === 0
          ? 'Nothing is held. New runs may begin at once.'
          : `${capitalised(formatRuns(held, 'go', 'goes'))} on at once, without asking again.`}
      </p>
      <Field
        label={`Write the name of the organization: ${name}`}
        autoComplete="off"
        value={confirm}
        error={fieldError(change.error, 'confirm')}
        onChange={(event) => setConfirm(event.target.value)}
      />
      {rest && <Note kind="danger">{rest}</Note>}
    </FormDialog>
  );
}

/** "1 run is", "3 runs are". */
const formatRuns = (count: number, several = 'are', one = 'is') => (count === 1 ? `1 run ${one}` : `${count} runs ${several}`);
const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

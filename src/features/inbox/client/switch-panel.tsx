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
import { texts } from './texts/overview.ts';

const words = texts.switch;

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

  return (
    <section className="autonomy-switch" data-on={state.on} aria-labelledby="autonomy-switch">
      <Icon name={state.on ? 'check' : 'stop'} />
      <div className="autonomy-switch-text">
        <h2 id="autonomy-switch">{state.on ? words.isOn : words.isOff}</h2>
        <p>{state.on ? words.on : words.off(held)}</p>
        <SwitchedBy state={state} />
        {!asked && change.isError && <Failure error={change.error} />}
      </div>
      {mayChange &&
        (state.on ? (
          <Button
            icon="stop"
            busy={change.isPending}
            onClick={() => change.mutate({ on: false }, { onSuccess: ({ runs }) => showToast(words.turnedOff(runs)) })}
          >
            {words.turnOff}
          </Button>
        ) : (
          <Button
            onClick={() => {
              change.reset();
              setAsked(true);
            }}
          >
            {words.turnOn}
          </Button>
        ))}
      {asked && <SwitchOnDialog organization={organization} held={held} change={change} onClose={() => setAsked(false)} />}
    </section>
  );
}

function SwitchedBy({ state: { on, changedAt, changedBy } }: { state: AutonomySwitch }) {
  if (!changedAt || !changedBy) return null;
  const at = <Time at={changedAt} />;
  return <p className="muted">{on ? words.switchedOn(changedBy.name, at) : words.switchedOff(changedBy.name, at)}</p>;
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
    showToast(words.turnedOn(held));
  };
  const rest = explainRest(change.error, ['confirm']);
  return (
    <FormDialog
      title={words.title}
      action={words.action}
      kind="danger"
      busy={change.isPending}
      disabled={confirm.trim() === ''}
      onSubmit={() => change.mutate({ on: true, confirm }, { onSuccess })}
      onClose={onClose}
    >
      <p>{words.about(held)}</p>
      <Field
        label={words.confirm(name)}
        autoComplete="off"
        value={confirm}
        error={fieldError(change.error, 'confirm')}
        onChange={(event) => setConfirm(event.target.value)}
      />
      {rest && <Note kind="danger">{rest}</Note>}
    </FormDialog>
  );
}

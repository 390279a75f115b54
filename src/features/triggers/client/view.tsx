import { type ReactNode, useState } from 'react';
import type { RunPickers } from '#features/runs/client/settings/run-fields.tsx';
import { RunSummary } from '#features/runs/client/settings/run-summary.tsx';
import { StartConditions, TakeOverNote } from '#features/runs/client/settings/start-conditions.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { TriggerActions } from './actions.tsx';
import { TriggerEditor } from './editor.tsx';
import { listChanges, toTriggerForm } from './form.ts';
import { TriggerHistory } from './history.tsx';
import { useChangeTrigger, useTrigger } from './queries.ts';
import { addressOf, CopyRow, TriggerSecret } from './secret.tsx';
import '../../schedules/client/schedules.css';

interface TriggerViewProps {
  triggerId: string;
  /** Who looks. */
  userId: string;
  mayChange: (trigger: Trigger) => boolean;
  pickersOf: (projectId: string) => RunPickers;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onDeleted: () => void;
}

/** A trigger: what fires it, what its runs do, and what came of it. */
export function TriggerView(props: TriggerViewProps): ReactNode {
  const { data, error, refetch } = useTrigger(props.triggerId);
  if (data) return <KnownTrigger {...props} trigger={data} />;
  if (!error) return <Waiting what="Loading the trigger" />;
  return (
    <>
      <h1 className="visually-hidden">Trigger</h1>
      <Failure error={error} onRetry={() => void refetch()} />
    </>
  );
}

function KnownTrigger({ trigger, userId, mayChange, pickersOf, editing, onEdit, onDeleted }: TriggerViewProps & { trigger: Trigger }) {
  const [secret, setSecret] = useState<string>();
  const editable = mayChange(trigger);
  return (
    <>
      <div className="page-head">
        <h1 className="truncate">{trigger.name}</h1>
        {editable && <TriggerActions trigger={trigger} onDeleted={onDeleted} onEdit={() => onEdit(true)} onSecret={setSecret} />}
      </div>
      {secret && <TriggerSecret trigger={trigger} secret={secret} onDone={() => setSecret(undefined)} />}
      <Condition trigger={trigger} editable={editable} />
      {editing && editable ? (
        <Editing trigger={trigger} userId={userId} pickers={pickersOf(trigger.project.id)} onDone={() => onEdit(false)} />
      ) : (
        <Summary trigger={trigger} />
      )}
      <section className="section" aria-labelledby="history">
        <h2 id="history">History</h2>
        <TriggerHistory trigger={trigger} />
      </section>
    </>
  );
}

/** What keeps it from doing what it says, and what one should know of its secret. */
function Condition({ trigger, editable }: { trigger: Trigger; editable: boolean }) {
  const { mutate, isPending } = useChangeTrigger(trigger.id, false);
  const { message, name, webhook } = trigger;
  const onSuccess = () => showToast(`${name} works on your behalf from now on.`);
  return (
    <>
      <StartConditions of={trigger} editable={editable} takeOver={{ busy: isPending, start: () => mutate({ message }, { onSuccess }) }} />
      {webhook?.oldSecretUntil && (
        <Note>
          The secret before the newest is good too, until it ends <Time at={webhook.oldSecretUntil} />.
        </Note>
      )}
      {webhook?.strangers && (
        <Note kind="warn">
          {sayStrangers(webhook.strangers.times)} <Time at={webhook.strangers.lastAt} />. If the sender is yours, compare its secret with
          the one that was shown here.
        </Note>
      )}
    </>
  );
}

const sayStrangers = (times: number): string =>
  times === 1 ? 'One request had a wrong signature,' : `${times.toLocaleString('en')} requests had a wrong signature, the last`;

function Summary({ trigger }: { trigger: Trigger }) {
  const { files } = trigger;
  return (
    <div className="stack">
      {files ? (
        <p>
          Starts a run when <code>{markPath(files.path)}</code> has been changed by {files.byRuns ? 'people or agents' : 'people'}, ten
          seconds after the last change.
        </p>
      ) : (
        <div>
          <p>Starts a run for each request that is signed with its secret.</p>
          <CopyRow label="Address" text={addressOf(trigger)} />
        </div>
      )}
      <RunSummary of={trigger} />
    </div>
  );
}

interface EditingProps {
  trigger: Trigger;
  userId: string;
  pickers: RunPickers;
  onDone: () => void;
}

function Editing({ trigger, userId, pickers, onDone }: EditingProps) {
  const [before] = useState(() => toTriggerForm(trigger));
  const change = useChangeTrigger(trigger.id, true);
  const onSuccess = ({ name }: Trigger) => {
    onDone();
    showToast(`${name} is changed.`);
  };
  return (
    <>
      {trigger.onBehalfOf.id !== userId && <TakeOverNote from={trigger.onBehalfOf.name} />}
      <TriggerEditor
        start={before}
        kindIsFixed
        pickers={pickers}
        action="Save"
        busy={change.isPending}
        error={change.error}
        onSave={(form) => {
          const changes = listChanges(before, form);
          if (Object.keys(changes).length > 0) change.mutate(changes, { onSuccess });
          else onDone();
        }}
        onCancel={onDone}
      />
    </>
  );
}

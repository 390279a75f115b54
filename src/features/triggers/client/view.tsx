import { useState } from 'react';
import type { User } from '#features/accounts/contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { RunSummary } from '#features/runs/client/automations/run-summary.tsx';
import { TakeOverNote } from '#features/runs/client/automations/start-conditions.tsx';
import { AutomationLoader, AutomationView } from '#features/runs/client/automations/view.tsx';
import type { Trigger } from '#features/triggers/contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { TriggerActions } from './actions.tsx';
import { TriggerEditor } from './editor.tsx';
import { listChanges, toTriggerForm } from './form.ts';
import { TriggerHistory } from './history.tsx';
import { useChangeTrigger, useTrigger } from './queries.ts';
import { AddressRow, TriggerSecret } from './secret.tsx';
import { texts } from './texts.ts';

interface TriggerViewProps {
  triggerId: string;
  /** The signed-in user. */
  user: User;
  editing: boolean;
  onEdit: (editing: boolean) => void;
  onDeleted: () => void;
}

/** A trigger: what fires it, what its runs do, and its history. */
export const TriggerView = ({ triggerId, user, ...place }: TriggerViewProps) => (
  <AutomationLoader noun="trigger" found={useTrigger(triggerId)} user={user}>
    {(trigger, editableIn) => <KnownTrigger trigger={trigger} editableIn={editableIn} userId={user.id} {...place} />}
  </AutomationLoader>
);

interface KnownTriggerProps extends Omit<TriggerViewProps, 'triggerId' | 'user'> {
  trigger: Trigger;
  /** Undefined if the user may not change the trigger. */
  editableIn: Project | undefined;
  userId: string;
}

function KnownTrigger({ trigger, editableIn, userId, editing, onEdit, onDeleted }: KnownTriggerProps) {
  const [secret, setSecret] = useState<string>();
  const takeOver = useChangeTrigger(trigger.id, false);
  return (
    <AutomationView
      of={trigger}
      actions={editableIn && <TriggerActions trigger={trigger} onDeleted={onDeleted} onEdit={() => onEdit(true)} onSecret={setSecret} />}
      takeOver={editableIn && takeOver}
      notice={secret && <TriggerSecret trigger={trigger} secret={secret} onDone={() => setSecret(undefined)} />}
      notes={<SecretNotes webhook={trigger.webhook} />}
      history={<TriggerHistory trigger={trigger} />}
    >
      {editing && editableIn ? (
        <Editing trigger={trigger} project={editableIn} userId={userId} onDone={() => onEdit(false)} />
      ) : (
        <Summary trigger={trigger} />
      )}
    </AutomationView>
  );
}

/** The status of a webhook's secret. */
function SecretNotes({ webhook }: Pick<Trigger, 'webhook'>) {
  return (
    <>
      {webhook?.oldSecretUntil && <Note>{texts.secret.old(<Time at={webhook.oldSecretUntil} />)}</Note>}
      {webhook?.strangers && (
        <Note kind="warn">{texts.secret.unauthenticated(webhook.strangers.times, <Time at={webhook.strangers.lastAt} />)}</Note>
      )}
    </>
  );
}

function Summary({ trigger }: { trigger: Trigger }) {
  const { files } = trigger;
  const path = files && <code>{markPath(files.path)}</code>;
  return (
    <div className="stack">
      {files ? (
        <p>{files.byRuns ? texts.summary.byAnyone(path) : texts.summary.byPeople(path)}</p>
      ) : (
        <div>
          <p>{texts.summary.webhook}</p>
          <AddressRow trigger={trigger} />
        </div>
      )}
      <RunSummary of={trigger} />
    </div>
  );
}

interface EditingProps {
  trigger: Trigger;
  userId: string;
  project: Project;
  onDone: () => void;
}

function Editing({ trigger, project, userId, onDone }: EditingProps) {
  const [base, setBase] = useState(trigger);
  const before = toTriggerForm(base);
  const change = useChangeTrigger(trigger.id, true);
  const conflict = hasCode(change.error, 'changed_meanwhile');
  const onSuccess = ({ name }: Trigger) => {
    onDone();
    showToast(texts.editor.saved(name));
  };
  return (
    <>
      {base.onBehalfOf.id !== userId && <TakeOverNote from={base.onBehalfOf.name} />}
      {conflict && (
        <Note
          kind="warn"
          actions={
            <Button
              size="small"
              onClick={() => {
                setBase(trigger);
                change.reset();
              }}
            >
              {texts.takeOver.takeTheirs}
            </Button>
          }
        >
          {texts.takeOver.changedMeanwhile}
        </Note>
      )}
      <TriggerEditor
        key={base.changedAt}
        start={before}
        kindIsFixed
        project={project}
        action={texts.editor.save}
        busy={change.isPending}
        error={conflict ? undefined : change.error}
        onSave={(form) => {
          const changes = listChanges(before, form);
          if (Object.keys(changes).length > 0) change.mutate({ basedOn: base.changedAt, ...changes }, { onSuccess });
          else onDone();
        }}
        onCancel={onDone}
      />
    </>
  );
}

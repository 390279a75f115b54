import { useEffect, useRef, useState } from 'react';
import type { Agent, AgentSettings, AgentTool } from '#features/agents/contract.ts';
import { actingUser } from '#ui/app/acting-user.ts';
import { explain, explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { type BudgetKey, budgetFields, toSettings } from './agent-form.ts';
import { BudgetFields } from './budget-fields.tsx';
import { InstructionsField } from './instructions-field.tsx';
import { LevelChoice } from './level-choice.tsx';
import { ModelField } from './model-field.tsx';
import { SettingChanges } from './setting-changes.tsx';
import { ToolChoice } from './tool-choice.tsx';
import type { useAgentForm } from './use-agent-form.ts';
import './agents.css';
import { texts } from './texts.ts';

const words = texts.editor;

interface AgentEditorProps {
  organizationId: string;
  tools: readonly AgentTool[];
  /** Undefined for a new agent. */
  agent: Agent | undefined;
  /** True for viewers and for archived agents. */
  readOnly: boolean;
  fields: ReturnType<typeof useAgentForm>;
  saving: { busy: boolean; error: unknown };
  onSave: (settings: AgentSettings) => void;
}

const shownFields = ['name', 'instructions', ...budgetFields.map(({ key }) => `budget.${key}`)];

export function AgentEditor({ organizationId, tools, agent, readOnly, fields, saving, onSave }: AgentEditorProps) {
  const { form, dirty, conflict, change } = fields;
  const [problems, setProblems] = useState<Partial<Record<BudgetKey, string>>>({});
  const element = useFocusFirstError(saving.busy);
  const { error } = saving;
  const toolError = form.tools?.flatMap((_, index) => fieldError(error, `tools.${index}`) ?? []).join(' ') || undefined;
  const shownElsewhere = hasCode(error, 'changed_meanwhile') || hasCode(error, 'name_taken');
  const rest = shownElsewhere ? undefined : explainRest(error, [...shownFields, ...toolPaths(form.tools)]);

  function submit(): void {
    const read = toSettings(form);
    setProblems('problems' in read ? read.problems : {});
    if ('settings' in read) onSave(read.settings);
  }

  return (
    <form
      ref={element}
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving.busy && !conflict) submit();
      }}
    >
      <DraftNotes fields={fields} />
      <fieldset className="agent-fields" disabled={readOnly}>
        <Field
          label={words.name}
          value={form.name}
          maxLength={100}
          autoComplete="off"
          placeholder={words.namePlaceholder}
          error={hasCode(error, 'name_taken') ? explain(error) : fieldError(error, 'name')}
          onChange={(event) => change({ name: event.target.value })}
        />
        <InstructionsField
          value={form.instructions}
          error={fieldError(error, 'instructions')}
          onChange={(instructions) => change({ instructions })}
        />
        <ModelField organizationId={organizationId} value={form.model} onChange={(model) => change({ model })} />
        <ToolChoice tools={tools} value={form.tools} error={toolError} onChange={(chosen) => change({ tools: chosen })} />
        <LevelChoice value={form.level} onChange={(level) => change({ level })} />
        <BudgetFields
          value={form.budget}
          errorOf={(key) => problems[key] ?? fieldError(error, `budget.${key}`)}
          onChange={(budget) => change({ budget })}
        />
      </fieldset>
      {conflict && agent && <Conflict fields={fields} agent={agent} />}
      {rest && <Note kind="danger">{rest}</Note>}
      {!readOnly && (
        <div className="agent-actions">
          <Button type="submit" kind="primary" busy={saving.busy} disabled={!dirty || conflict}>
            {agent ? words.save : words.create}
          </Button>
          {dirty && <Button onClick={fields.discard}>{words.discard}</Button>}
        </div>
      )}
    </form>
  );
}

const toolPaths = (tools: readonly string[] | null) => (tools ?? []).map((_, index) => `tools.${index}`);

/** Notes on a draft restored from this browser, or one that could not be stored. */
function DraftNotes({ fields: { restoredFrom, unkept } }: Pick<AgentEditorProps, 'fields'>) {
  if (unkept) return <Note kind="warn">{words.notKept}</Note>;
  if (!restoredFrom) return null;
  return <Note>{words.draftRestored(<Time at={restoredFrom} />)}</Note>;
}

/** Another person saved a version in the meantime: shows it, and what this draft would change in it. */
function Conflict({ fields: { form, rebase, discard }, agent }: Pick<AgentEditorProps, 'fields'> & { agent: Agent }) {
  const mine = toSettings(form);
  const element = useRef<HTMLDivElement>(null);
  // The form is longer than a screen, and the conflict may appear while the user is typing anywhere in it.
  useEffect(() => void element.current?.scrollIntoView({ block: 'center' }), []);
  const actions = (
    <>
      <Button size="small" onClick={rebase}>
        {words.keepMine}
      </Button>
      <Button size="small" onClick={discard}>
        {words.takeTheirs}
      </Button>
    </>
  );
  return (
    <div ref={element}>
      <Note kind="warn" actions={actions}>
        {agent.changedBy.id === actingUser() ? words.savedInTab(agent.version) : words.savedMeanwhile(agent.changedBy.name, agent.version)}
        {'settings' in mine && <SettingChanges before={agent} after={mine.settings} />}
      </Note>
    </div>
  );
}

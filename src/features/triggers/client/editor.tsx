import { type ReactNode, useState } from 'react';
import type { Project } from '#features/projects/contract.ts';
import { AutomationEditor, type Saving } from '#features/runs/client/automations/editor.tsx';
import { RunFields } from '#features/runs/client/automations/run-fields.tsx';
import { runFieldPaths } from '#features/runs/client/automations/run-form.ts';
import type { TriggerKind } from '#features/triggers/contract.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import type { TriggerForm } from './form.ts';
import { texts } from './texts.ts';

const words = texts.editor;

interface TriggerEditorProps extends Saving {
  start: TriggerForm;
  /** The kind of an existing trigger cannot change. */
  kindIsFixed: boolean;
  project: Project;
  /** Chooses the project of a new trigger. */
  projectField?: ReactNode;
  onSave: (form: TriggerForm) => void;
}

const fieldPaths = ['name', 'files.path', ...runFieldPaths];

export function TriggerEditor({ start, kindIsFixed, project, projectField, onSave, ...saving }: TriggerEditorProps) {
  const { error } = saving;
  const [form, setForm] = useState(start);
  const change = (changes: Partial<TriggerForm>) => setForm({ ...form, ...changes });
  return (
    <AutomationEditor fieldPaths={fieldPaths} onSave={() => onSave(form)} {...saving}>
      {projectField}
      <Field
        label={words.name}
        value={form.name}
        maxLength={100}
        autoComplete="off"
        placeholder={words.namePlaceholder}
        error={fieldError(error, 'name')}
        onChange={(event) => change({ name: event.target.value })}
      />
      {!kindIsFixed && <KindChoice value={form.kind} onChange={(kind) => change({ kind })} />}
      {form.kind === 'files' && <FilesFields form={form} error={error} change={change} />}
      <RunFields value={form.run} error={error} project={project} onChange={(changes) => change({ run: { ...form.run, ...changes } })} />
    </AutomationEditor>
  );
}

function KindChoice({ value, onChange }: { value: TriggerKind; onChange: (kind: TriggerKind) => void }) {
  return (
    <fieldset className="automation-group">
      <legend>{words.kind}</legend>
      {(['webhook', 'files'] as const).map((kind) => (
        <label key={kind} className="automation-option">
          <input type="radio" name="kind" checked={value === kind} onChange={() => onChange(kind)} />
          <span>
            {words.kinds[kind].label}
            <span className="field-hint">{words.kinds[kind].hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface FilesFieldsProps {
  form: TriggerForm;
  error: unknown;
  change: (changes: Partial<TriggerForm>) => void;
}

function FilesFields({ form, error, change }: FilesFieldsProps) {
  return (
    <>
      <Field
        label={words.path}
        value={form.path}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={words.pathPlaceholder}
        hint={words.pathHint}
        error={fieldError(error, 'files.path')}
        onChange={(event) => change({ path: event.target.value })}
      />
      <label className="automation-option">
        <input type="checkbox" checked={form.byRuns} onChange={(event) => change({ byRuns: event.target.checked })} />
        <span>
          {words.byRuns}
          <span className="field-hint">{words.byRunsHint}</span>
        </span>
      </label>
    </>
  );
}

import { type ReactNode, useState } from 'react';
import type { Project } from '#features/projects/contract.ts';
import { AutomationEditor, type Saving } from '#features/runs/client/automations/editor.tsx';
import { RunFields } from '#features/runs/client/automations/run-fields.tsx';
import { runFieldPaths } from '#features/runs/client/automations/run-form.ts';
import type { NewSchedule } from '#features/schedules/contract.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { hasTimes, type ScheduleForm, toSettings } from './form.ts';
import { texts } from './texts.ts';
import { TimingFields } from './timing-fields.tsx';
import './schedules.css';

const words = texts.editor;

interface ScheduleEditorProps extends Saving {
  start: ScheduleForm;
  project: Project;
  /** Chooses the project of a new schedule. */
  projectField?: ReactNode;
  onSave: (settings: NewSchedule) => void;
}

const fieldPaths = ['name', 'cron', 'timezone', ...runFieldPaths];

export function ScheduleEditor({ start, project, projectField, onSave, ...saving }: ScheduleEditorProps) {
  const { error } = saving;
  const [form, setForm] = useState(start);
  const change = (changes: Partial<ScheduleForm>) => setForm({ ...form, ...changes });
  return (
    <AutomationEditor fieldPaths={fieldPaths} complete={hasTimes(form)} onSave={() => onSave(toSettings(form))} {...saving}>
      {projectField}
      <TimingFields
        timing={form.timing}
        timezone={form.timezone}
        error={error}
        onTiming={(timing) => change({ timing })}
        onTimezone={(timezone) => change({ timezone })}
      />
      <RunFields value={form.run} error={error} project={project} onChange={(changes) => change({ run: { ...form.run, ...changes } })} />
      <ExceptionFields form={form} change={change} />
      <Field
        label={words.name}
        value={form.name}
        maxLength={100}
        autoComplete="off"
        hint={words.nameHint}
        error={fieldError(error, 'name')}
        onChange={(event) => change({ name: event.target.value })}
      />
    </AutomationEditor>
  );
}

/** What to do about missed and overlapping times. */
function ExceptionFields({ form, change }: { form: ScheduleForm; change: (changes: Partial<ScheduleForm>) => void }) {
  return (
    <>
      <fieldset className="automation-group">
        <legend>{words.missed}</legend>
        <label className="automation-option">
          <input type="radio" name="missed" checked={form.missed === 'skip'} onChange={() => change({ missed: 'skip' })} />
          <span>{words.missedSkip}</span>
        </label>
        <label className="automation-option">
          <input type="radio" name="missed" checked={form.missed === 'once'} onChange={() => change({ missed: 'once' })} />
          <span>{words.missedOnce}</span>
        </label>
      </fieldset>
      <fieldset className="automation-group">
        <legend>{words.overlap}</legend>
        <label className="automation-option">
          <input type="radio" name="overlap" checked={!form.overlap} onChange={() => change({ overlap: false })} />
          <span>{words.overlapNever}</span>
        </label>
        <label className="automation-option">
          <input type="radio" name="overlap" checked={form.overlap} onChange={() => change({ overlap: true })} />
          <span>{words.overlapAlways}</span>
        </label>
      </fieldset>
    </>
  );
}

import { type ReactNode, useState } from 'react';
import type { Project } from '#features/projects/contract.ts';
import { AutomationEditor, type Saving } from '#features/runs/client/automations/editor.tsx';
import { RunFields } from '#features/runs/client/automations/run-fields.tsx';
import { runFieldPaths } from '#features/runs/client/automations/run-form.ts';
import type { NewSchedule } from '#features/schedules/contract.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { hasTimes, type ScheduleForm, toSettings } from './form.ts';
import { TimingFields } from './timing-fields.tsx';
import './schedules.css';

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
        label="Name"
        value={form.name}
        maxLength={100}
        autoComplete="off"
        hint="Left empty, the beginning of what it does."
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
        <legend>If no server is running at its time</legend>
        <label className="automation-option">
          <input type="radio" name="missed" checked={form.missed === 'skip'} onChange={() => change({ missed: 'skip' })} />
          <span>Leave it out, and tell so in the history</span>
        </label>
        <label className="automation-option">
          <input type="radio" name="missed" checked={form.missed === 'once'} onChange={() => change({ missed: 'once' })} />
          <span>Start one run as soon as a server is there again, however many times were missed</span>
        </label>
      </fieldset>
      <fieldset className="automation-group">
        <legend>If the run before is still going</legend>
        <label className="automation-option">
          <input type="radio" name="overlap" checked={!form.overlap} onChange={() => change({ overlap: false })} />
          <span>Leave the time out: never two at a time</span>
        </label>
        <label className="automation-option">
          <input type="radio" name="overlap" checked={form.overlap} onChange={() => change({ overlap: true })} />
          <span>Start all the same: several may be at work at a time</span>
        </label>
      </fieldset>
    </>
  );
}

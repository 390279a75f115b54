import { type ReactNode, useState } from 'react';
import { RunFields, type RunPickers } from '#features/runs/client/settings/run-fields.tsx';
import { runFieldPaths } from '#features/runs/client/settings/run-form.ts';
import type { NewSchedule } from '#features/schedules/contract.ts';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { hasTimes, type ScheduleForm, toSettings } from './form.ts';
import { TimingFields } from './timing-fields.tsx';
import './schedules.css';

interface ScheduleEditorProps {
  start: ScheduleForm;
  /** In which project, where that is chosen too. */
  projectField?: ReactNode;
  pickers: RunPickers;
  action: string;
  busy: boolean;
  error: unknown;
  onSave: (settings: NewSchedule) => void;
  onCancel: () => void;
}

const told = ['name', 'cron', 'timezone', ...runFieldPaths];

export function ScheduleEditor({ start, projectField, pickers, action, busy, error, onSave, onCancel }: ScheduleEditorProps) {
  const [form, setForm] = useState(start);
  const element = useFocusFirstError(busy);
  const change = (changes: Partial<ScheduleForm>) => setForm({ ...form, ...changes });
  const rest = explainRest(error, told);
  return (
    <form
      ref={element}
      className="stack schedule-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (hasTimes(form)) onSave(toSettings(form));
        else element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      }}
    >
      {projectField}
      <TimingFields
        timing={form.timing}
        timezone={form.timezone}
        error={error}
        onTiming={(timing) => change({ timing })}
        onTimezone={(timezone) => change({ timezone })}
      />
      <RunFields value={form.run} error={error} pickers={pickers} onChange={(changes) => change({ run: { ...form.run, ...changes } })} />
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
      {rest && <Note kind="danger">{rest}</Note>}
      <div className="schedule-buttons">
        <Button type="submit" kind="primary" busy={busy}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

/** What becomes of times that cannot be kept as they are. */
function ExceptionFields({ form, change }: { form: ScheduleForm; change: (changes: Partial<ScheduleForm>) => void }) {
  return (
    <>
      <fieldset className="schedule-group">
        <legend>If no server is running at its time</legend>
        <label className="schedule-option">
          <input type="radio" name="missed" checked={form.missed === 'skip'} onChange={() => change({ missed: 'skip' })} />
          <span>Leave it out, and tell so in the history</span>
        </label>
        <label className="schedule-option">
          <input type="radio" name="missed" checked={form.missed === 'once'} onChange={() => change({ missed: 'once' })} />
          <span>Start one run as soon as a server is there again, however many times were missed</span>
        </label>
      </fieldset>
      <fieldset className="schedule-group">
        <legend>If the run before is still going</legend>
        <label className="schedule-option">
          <input type="radio" name="overlap" checked={!form.overlap} onChange={() => change({ overlap: false })} />
          <span>Leave the time out: never two at a time</span>
        </label>
        <label className="schedule-option">
          <input type="radio" name="overlap" checked={form.overlap} onChange={() => change({ overlap: true })} />
          <span>Start all the same: several may be at work at a time</span>
        </label>
      </fieldset>
    </>
  );
}

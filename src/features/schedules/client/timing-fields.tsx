import { type ReactNode, useId } from 'react';
import { readCron } from '#features/schedules/cron.ts';
import { isTimezone } from '#features/schedules/times.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { NextTimes } from './next-times.tsx';
import { type Rhythm, type Timing, toCron } from './timing.ts';

const rhythms: Record<Rhythm, string> = {
  hourly: 'Every hour',
  daily: 'Every day',
  weekdays: 'Every weekday',
  weekly: 'Every week',
  monthly: 'Every month',
  cron: 'As a cron text says',
};
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const timezones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

interface TimingFieldsProps {
  timing: Timing;
  timezone: string;
  error: unknown;
  onTiming: (timing: Timing) => void;
  onTimezone: (timezone: string) => void;
}

export function TimingFields({ timing, timezone, error, onTiming, onTimezone }: TimingFieldsProps) {
  const id = useId();
  const cron = toCron(timing);
  const change = (changes: Partial<Timing>) => onTiming({ ...timing, ...changes });
  const choose = (rhythm: Rhythm) => change(rhythm === 'cron' ? { rhythm, cron: cron || timing.cron } : { rhythm });
  return (
    <fieldset className="automation-group">
      <legend>When</legend>
      <div className="schedule-when">
        <div className="field">
          <label htmlFor={`${id}-rhythm`}>How often</label>
          <select id={`${id}-rhythm`} className="input" value={timing.rhythm} onChange={(event) => choose(event.target.value as Rhythm)}>
            {Object.entries(rhythms).map(([rhythm, label]) => (
              <option key={rhythm} value={rhythm}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <RhythmFields timing={timing} error={error} change={change} />
        <Field
          label="Time zone"
          value={timezone}
          list={`${id}-zones`}
          autoComplete="off"
          spellCheck={false}
          error={
            isTimezone(timezone) ? fieldError(error, 'timezone') : 'There is no such time zone. Write its name, such as Europe/Berlin.'
          }
          onChange={(event) => onTimezone(event.target.value)}
        />
        <datalist id={`${id}-zones`}>
          {timezones.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
      {timing.rhythm === 'weekly' && <Weekdays chosen={timing.weekdays} onChange={(chosen) => change({ weekdays: chosen })} />}
      <output aria-live="polite">
        <NextTimes cron={cron} timezone={timezone} />
      </output>
    </fieldset>
  );
}

interface RhythmFieldsProps {
  timing: Timing;
  error: unknown;
  change: (changes: Partial<Timing>) => void;
}

function RhythmFields({ timing, error, change }: RhythmFieldsProps): ReactNode {
  const { rhythm } = timing;
  if (rhythm === 'cron') {
    const read = readCron(timing.cron);
    return (
      <Field
        label="Cron text"
        className="input schedule-cron"
        value={timing.cron}
        autoComplete="off"
        spellCheck={false}
        hint="Minute, hour, day of the month, month, day of the week"
        error={'problem' in read ? read.problem : fieldError(error, 'cron')}
        onChange={(event) => change({ cron: event.target.value })}
      />
    );
  }
  if (rhythm === 'hourly')
    return (
      <Field
        label="Minutes past the hour"
        type="number"
        min="0"
        max="59"
        value={timing.minute}
        error={'problem' in readCron(toCron(timing)) ? 'Write 0 to 59.' : undefined}
        onChange={(event) => change({ minute: event.target.value })}
      />
    );
  return (
    <>
      {rhythm === 'monthly' && <DayOfMonth day={timing.day} onChange={(day) => change({ day })} />}
      <Field
        label="Time"
        type="time"
        value={timing.time}
        error={timing.time === '' ? 'Choose a time.' : undefined}
        onChange={(event) => change({ time: event.target.value })}
      />
    </>
  );
}

function DayOfMonth({ day, onChange }: { day: string; onChange: (day: string) => void }) {
  const id = useId();
  const rare = Number(day) > 28;
  return (
    <div className="field">
      <label htmlFor={id}>Day</label>
      <select id={id} className="input" value={day} aria-describedby={`${id}-hint`} onChange={(event) => onChange(event.target.value)}>
        {Array.from({ length: 31 }, (_, index) => String(index + 1)).map((number) => (
          <option key={number} value={number}>
            {number}
          </option>
        ))}
        <option value="L">the last</option>
      </select>
      <p id={`${id}-hint`} className="field-hint">
        {rare && 'Months without this day are left out.'}
      </p>
    </div>
  );
}

function Weekdays({ chosen, onChange }: { chosen: readonly number[]; onChange: (chosen: number[]) => void }) {
  return (
    <fieldset className="schedule-weekdays">
      <legend className="visually-hidden">Days of the week</legend>
      {weekdays.map((name, index) => {
        const day = (index + 1) % 7;
        return (
          <label key={name} className="automation-option">
            <input
              type="checkbox"
              checked={chosen.includes(day)}
              onChange={(event) => onChange(event.target.checked ? [...chosen, day] : chosen.filter((other) => other !== day))}
            />
            {name}
          </label>
        );
      })}
      {chosen.length === 0 && <p className="field-error">Choose at least one day.</p>}
    </fieldset>
  );
}

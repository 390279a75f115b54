import { type ReactNode, useId } from 'react';
import { readCron } from '#features/schedules/cron.ts';
import { isTimezone } from '#features/schedules/times.ts';
import { fieldError } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { NextTimes } from './next-times.tsx';
import { texts } from './texts.ts';
import { type Rhythm, type Timing, toCron } from './timing.ts';

const words = texts.timing;

/** Weeks start on Monday; 0 is Sunday. */
const weekdays = [1, 2, 3, 4, 5, 6, 0] as const;
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
      <legend>{words.title}</legend>
      <div className="schedule-when">
        <div className="field">
          <label htmlFor={`${id}-rhythm`}>{words.rhythm}</label>
          <select id={`${id}-rhythm`} className="input" value={timing.rhythm} onChange={(event) => choose(event.target.value as Rhythm)}>
            {Object.entries(words.rhythms).map(([rhythm, label]) => (
              <option key={rhythm} value={rhythm}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <RhythmFields timing={timing} error={error} change={change} />
        <Field
          label={words.timezone}
          value={timezone}
          list={`${id}-zones`}
          autoComplete="off"
          spellCheck={false}
          error={isTimezone(timezone) ? fieldError(error, 'timezone') : words.noTimezone}
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
        label={words.cron}
        className="input schedule-cron"
        value={timing.cron}
        autoComplete="off"
        spellCheck={false}
        hint={words.cronHint}
        error={'problem' in read ? read.problem : fieldError(error, 'cron')}
        onChange={(event) => change({ cron: event.target.value })}
      />
    );
  }
  if (rhythm === 'hourly')
    return (
      <Field
        label={words.minute}
        type="number"
        min="0"
        max="59"
        value={timing.minute}
        error={'problem' in readCron(toCron(timing)) ? words.wrongMinute : undefined}
        onChange={(event) => change({ minute: event.target.value })}
      />
    );
  return (
    <>
      {rhythm === 'monthly' && <DayOfMonth day={timing.day} onChange={(day) => change({ day })} />}
      <Field
        label={words.time}
        type="time"
        value={timing.time}
        error={timing.time === '' ? words.noTime : undefined}
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
      <label htmlFor={id}>{words.day}</label>
      <select id={id} className="input" value={day} aria-describedby={`${id}-hint`} onChange={(event) => onChange(event.target.value)}>
        {Array.from({ length: 31 }, (_, index) => String(index + 1)).map((number) => (
          <option key={number} value={number}>
            {number}
          </option>
        ))}
        <option value="L">{words.lastDay}</option>
      </select>
      <p id={`${id}-hint`} className="field-hint">
        {rare && words.rareDay}
      </p>
    </div>
  );
}

function Weekdays({ chosen, onChange }: { chosen: readonly number[]; onChange: (chosen: number[]) => void }) {
  return (
    <fieldset className="schedule-weekdays">
      <legend className="visually-hidden">{words.weekdays}</legend>
      {weekdays.map((day) => (
        <label key={day} className="automation-option">
          <input
            type="checkbox"
            checked={chosen.includes(day)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, day] : chosen.filter((other) => other !== day))}
          />
          {words.weekdayNames[day]}
        </label>
      ))}
      {chosen.length === 0 && <p className="field-error">{words.noWeekday}</p>}
    </fieldset>
  );
}

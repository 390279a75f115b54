import { useId } from 'react';
import { monthsUntil, type PeriodKey, recent } from './period.ts';
import { texts } from './texts/usage.ts';

export function PeriodSelect({ value, onChange }: { value: PeriodKey; onChange: (key: PeriodKey) => void }) {
  const id = useId();
  const months = monthsUntil(Date.now());
  const known = [...recent, ...months].some(({ key }) => key === value);
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        {texts.period.label}
      </label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {recent.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
        <optgroup label={texts.period.months}>
          {months.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
          {!known && <option value={value}>{value}</option>}
        </optgroup>
      </select>
    </>
  );
}

import { clocks, setClock, useClock } from '../format/clock.ts';

const labels = { language: 'As in your language', '12': '12 hours', '24': '24 hours' } as const;

export function ClockChoice() {
  const clock = useClock();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">Clock</legend>
      {clocks.map((each) => (
        <label key={each} className="choice-item">
          <input type="radio" name="clock" value={each} checked={clock === each} onChange={() => setClock(each)} />
          {labels[each]}
        </label>
      ))}
    </fieldset>
  );
}

import { clocks, setClock, useClock } from '../format/clock.ts';
import { texts } from '../texts/appearance.ts';

export function ClockChoice() {
  const clock = useClock();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{texts.clock.title}</legend>
      {clocks.map((each) => (
        <label key={each} className="choice-item">
          <input type="radio" name="clock" value={each} checked={clock === each} onChange={() => setClock(each)} />
          {texts.clock[each]}
        </label>
      ))}
    </fieldset>
  );
}

import { ClockChoice } from '#ui/app/clock-choice.tsx';
import { ThemeChoice } from '#ui/app/theme-choice.tsx';
import { AccountArea } from './account-area.tsx';
import { texts } from './texts.ts';

export function AppearancePage() {
  return (
    <AccountArea current="/account/appearance">
      <section className="section" aria-labelledby="theme">
        <h2 id="theme">{texts.theme}</h2>
        <p>{texts.inThisBrowser}</p>
        <ThemeChoice />
      </section>
      <section className="section" aria-labelledby="clock">
        <h2 id="clock">{texts.clock}</h2>
        <p>{texts.inThisBrowser}</p>
        <ClockChoice />
      </section>
    </AccountArea>
  );
}

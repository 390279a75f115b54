import { Icon } from '../primitives/icon.tsx';
import { texts } from '../texts/appearance.ts';
import { setTheme, themes, useTheme } from './theme.ts';

const icons = { system: 'computer', light: 'sun', dark: 'moon' } as const;

export function ThemeChoice() {
  const theme = useTheme();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">{texts.theme.title}</legend>
      {themes.map((each) => (
        <label key={each} className="choice-item">
          <input type="radio" name="theme" value={each} checked={theme === each} onChange={() => setTheme(each)} />
          <Icon name={icons[each]} />
          {texts.theme[each]}
        </label>
      ))}
    </fieldset>
  );
}

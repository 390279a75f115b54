import { Icon } from '../primitives/icon.tsx';
import { setTheme, themes, useTheme } from './theme.ts';

const looks = {
  system: { label: 'System', icon: 'computer' },
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
} as const;

export function ThemeChoice() {
  const theme = useTheme();
  return (
    <fieldset className="choice">
      <legend className="visually-hidden">Theme</legend>
      {themes.map((each) => (
        <label key={each} className="choice-item">
          <input type="radio" name="theme" value={each} checked={theme === each} onChange={() => setTheme(each)} />
          <Icon name={looks[each].icon} />
          {looks[each].label}
        </label>
      ))}
    </fieldset>
  );
}

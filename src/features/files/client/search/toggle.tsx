import './toggle.css';

interface ToggleProps {
  /** Shown in place of the label. */
  sign: string;
  label: string;
  pressed: boolean;
  onPress: (pressed: boolean) => void;
}

/** An option of a search, as a sign. */
export function Toggle({ sign, label, pressed, onPress }: ToggleProps) {
  // The sign is no text: people who tell the browser what to click say the label.
  return (
    <button
      type="button"
      className="search-toggle"
      data-sign={sign}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={() => onPress(!pressed)}
    />
  );
}

import { modesOf, type PreviewKind, type PreviewMode } from './kinds.ts';
import { texts } from './texts.ts';

interface ModeChoiceProps {
  kind: PreviewKind;
  mode: PreviewMode;
  onChange: (mode: PreviewMode) => void;
}

/** Text, preview, or both. */
export function ModeChoice({ kind, mode, onChange }: ModeChoiceProps) {
  const words = kind === 'table' ? texts.tableModes : texts.modes;
  return (
    <fieldset className="choice mode-choice">
      <legend className="visually-hidden">{texts.mode}</legend>
      {modesOf(kind).map((each) => (
        <label key={each} className="choice-item">
          <input type="radio" name="preview-mode" checked={each === mode} onChange={() => onChange(each)} />
          {words[each]}
        </label>
      ))}
    </fieldset>
  );
}

import { useState } from 'react';
import { formatNumber } from '#ui/format/figure.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';
import type { Conflicts } from './upload.ts';

interface ConflictDialogProps {
  /** The first of those that exist. */
  paths: readonly string[];
  count: number;
  onChoose: (choice: Conflicts) => void;
  /** Nothing is added. */
  onClose: () => void;
}

const { conflict } = texts;
const choices = [
  { choice: 'keep_both', label: conflict.keepBoth, about: conflict.keepBothAbout },
  { choice: 'replace', label: conflict.replace, about: conflict.replaceAbout },
  { choice: 'skip', label: conflict.skip, about: conflict.skipAbout },
] as const;

/** This many paths fit without scrolling. */
const UNSCROLLED = 6;

/** Files of an upload exist with other content: what to do with all of them. */
export function ConflictDialog({ paths, count, onChoose, onClose }: ConflictDialogProps) {
  const [chosen, setChosen] = useState<Conflicts>('keep_both');
  return (
    <FormDialog
      title={conflict.title(formatNumber(count), count === 1)}
      action={conflict.action}
      busy={false}
      onSubmit={() => onChoose(chosen)}
      onClose={onClose}
    >
      <p>{conflict.about(count === 1)}</p>
      {/* A long list scrolls, also by keyboard. */}
      <ul className="conflict-paths" tabIndex={paths.length > UNSCROLLED ? 0 : undefined}>
        {paths.map((path) => (
          <li key={path}>{markPath(path)}</li>
        ))}
        {count > paths.length && <li className="muted">{texts.more(formatNumber(count - paths.length))}</li>}
      </ul>
      <fieldset className="conflict-choice">
        <legend className="visually-hidden">{conflict.choice}</legend>
        {choices.map(({ choice, label, about }) => (
          <label key={choice}>
            <input type="radio" name="conflicts" checked={chosen === choice} onChange={() => setChosen(choice)} />
            {label}
            <span>{about}</span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}

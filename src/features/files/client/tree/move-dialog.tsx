import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useId, useState } from 'react';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { markName } from '#wire/hidden-characters.ts';
import { isWithin, nameOf, titleOf } from '../text.ts';
import { listingQuery } from './listing.ts';
import { parentOf } from './paths.ts';
import { texts } from './texts.ts';
import './move-dialog.css';

interface MoveDialogProps {
  projectId: string;
  paths: readonly string[];
  /** @returns whether it worked */
  onMove: (folder: string) => Promise<boolean>;
  onClose: () => void;
}

/** Chooses a folder by typing its path, completed from the folders there are, level by level. */
export function MoveDialog({ projectId, paths, onMove, onClose }: MoveDialogProps) {
  const [first = ''] = paths;
  const [typed, setTyped] = useState(parentOf(first) === '' ? '' : `${parentOf(first)}/`);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    const folder = typed.trim().replace(/\/+$/, '').normalize('NFC');
    const found = folder === '' ? undefined : (pathProblem(folder) ?? newPathProblem(folder, [parentOf(first)]));
    const into = paths.some((path) => folder !== '' && isWithin(folder, path)) ? texts.move.into : undefined;
    const same = paths.every((path) => parentOf(path) === folder) ? texts.move.same : undefined;
    setProblem(found ?? into ?? same);
    if (found ?? into ?? same) return;
    setBusy(true);
    if (await onMove(folder)) onClose();
    setBusy(false);
  }
  const title = paths.length === 1 ? texts.move.title(titleOf(first)) : texts.move.titleMany(paths.length);
  return (
    <FormDialog title={title} action={texts.move.action} busy={busy} onSubmit={() => void submit()} onClose={onClose}>
      <FolderField
        projectId={projectId}
        value={typed}
        hidden={paths}
        error={problem}
        onChange={(value) => {
          setTyped(value);
          setProblem(undefined);
        }}
      />
    </FormDialog>
  );
}

interface FolderFieldProps {
  projectId: string;
  value: string;
  /** Folders that are not offered. */
  hidden: readonly string[];
  error: string | undefined;
  onChange: (value: string) => void;
}

function FolderField({ projectId, value, hidden, error, onChange }: FolderFieldProps) {
  const id = useId();
  const [at, setAt] = useState(-1);
  const within = parentOf(value);
  const { data } = useQuery(listingQuery(projectId, within));
  const begun = nameOf(value).toLowerCase();
  const folders = (data?.entries ?? []).filter(
    ({ path, type }) =>
      type === 'directory' && !hidden.some((each) => isWithin(path, each)) && nameOf(path).toLowerCase().startsWith(begun),
  );
  const choose = (path: string) => {
    setAt(-1);
    onChange(`${path}/`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = folders[at];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt(Math.max(-1, Math.min(at + step, folders.length - 1)));
    else if (event.key === 'Enter' && chosen) choose(chosen.path);
    else return;
    event.preventDefault();
  };
  return (
    <div className="field">
      <label htmlFor={id}>{texts.move.folder}</label>
      <input
        id={id}
        className="input"
        role="combobox"
        aria-expanded={folders.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={folders[at] && `${id}-${at}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-about`}
        value={value}
        placeholder={texts.move.placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => {
          setAt(-1);
          onChange(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      <p id={`${id}-about`} className={error ? 'field-error' : 'field-hint'}>
        {error && <Icon name="alert" />}
        {error ?? texts.move.hint}
      </p>
      <div id={`${id}-list`} className="folder-list" role="listbox" aria-label={texts.move.folders} hidden={folders.length === 0}>
        {folders.map(({ path }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the focus and handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={path}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className="folder-option"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(path)}
          >
            <Icon name="folder" />
            <span className="truncate">{markName(nameOf(path))}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

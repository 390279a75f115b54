import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { extensionOf, newPathProblem, pathProblem } from '#features/files/path.ts';
import { joinPath } from './paths.ts';

interface NameInputProps {
  label: string;
  placeholder?: string;
  /** The folder that the name is in. */
  parent: string;
  /** The name so far; '' for a new file or folder. */
  start: string;
  type: TreeEntry['type'];
  /** Stores it. @returns a sentence if that failed */
  onSubmit: (path: string) => Promise<string | undefined>;
  /** @param focus whether the focus goes back to the row */
  onCancel: (focus: boolean) => void;
}

/** The name of a file or folder, typed in its row. Enter and leaving it store the name, Escape does not. */
export function NameInput({ label, placeholder, parent, start, type, onSubmit, onCancel }: NameInputProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const busy = useRef(false);
  useEffect(() => {
    const extension = type === 'file' ? extensionOf(start) : '';
    const stem = extension === '' || start.length === extension.length + 1 ? start.length : start.length - extension.length - 1;
    input.current?.focus({ preventScroll: true });
    // Its folder may be far above what is shown.
    input.current?.scrollIntoView({ block: 'nearest' });
    input.current?.setSelectionRange(0, stem);
  }, [start, type]);

  async function submit(leaving: boolean): Promise<void> {
    const name = input.current?.value.trim() ?? '';
    if (busy.current) return;
    if (name === '' || name === start) return onCancel(!leaving);
    const path = joinPath(parent, name);
    const found = pathProblem(path) ?? newPathProblem(path, [joinPath(parent, start)]);
    if (found) return leaving ? onCancel(false) : setProblem(found);
    busy.current = true;
    setProblem(await onSubmit(path.normalize('NFC')));
    busy.current = false;
  }
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter') void submit(false);
    else if (event.key === 'Escape') onCancel(true);
    else return;
    event.preventDefault();
  };
  return (
    <span className="tree-name">
      <input
        ref={input}
        className="input"
        aria-label={label}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? id : undefined}
        defaultValue={start}
        placeholder={placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={() => setProblem(undefined)}
        onBlur={() => void submit(true)}
      />
      {problem && (
        <span id={id} className="tree-problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

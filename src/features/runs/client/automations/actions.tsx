import { type ReactNode, useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import type { IconName } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { texts } from '../texts/automations.ts';
import type { Automation } from './automation.ts';

const words = texts.actions;

export interface Action {
  label: string;
  icon: IconName;
  busy: boolean;
  onSelect: () => void;
}

interface AutomationActionsProps {
  of: Automation;
  /** Puts all actions in one menu; otherwise the first ones are buttons. */
  inRow: boolean;
  first: readonly Action[];
  /** Placed between Edit and Delete. */
  more?: readonly MenuItem[];
  onEdit: () => void;
  deleteDialog: (close: () => void) => ReactNode;
}

/** All actions on a schedule or trigger. */
export function AutomationActions({ of, inRow, first, more = [], onEdit, deleteDialog }: AutomationActionsProps) {
  const [deleting, setDeleting] = useState(false);
  const menu = (
    <Menu
      label={words.more(of.name)}
      items={[
        ...(inRow ? first : []),
        { label: words.edit, icon: 'pencil', onSelect: onEdit },
        ...more,
        { label: words.delete, icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
      ]}
    />
  );
  const dialog = deleting && deleteDialog(() => setDeleting(false));
  if (inRow)
    return (
      <>
        {menu}
        {dialog}
      </>
    );
  return (
    <div className="page-actions">
      {first.map(({ label, icon, busy, onSelect }) => (
        <Button key={label} icon={icon} busy={busy} onClick={onSelect}>
          {label}
        </Button>
      ))}
      {menu}
      {dialog}
    </div>
  );
}

interface ChangeOfPause {
  isPending: boolean;
  mutate: (changes: { paused: boolean }, options: { onSuccess: () => void }) => void;
}

/** Pauses with one click, with an undo in the toast, or resumes. @param says text of the toast after resuming */
export function pauseAction({ name, pausedAt }: Automation, change: ChangeOfPause, resumeIcon: IconName, says: string): Action {
  const resume = () => change.mutate({ paused: false }, { onSuccess: () => showToast(says) });
  const pause = () =>
    change.mutate(
      { paused: true },
      { onSuccess: () => showToast(words.paused(name), { action: { label: words.undo, onSelect: resume } }) },
    );
  return pausedAt === null
    ? { label: words.pause, icon: 'pause', busy: change.isPending, onSelect: pause }
    : { label: words.resume, icon: resumeIcon, busy: change.isPending, onSelect: resume };
}

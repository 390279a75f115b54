import { type ReactNode, useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import type { IconName } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { Automation } from './automation.ts';

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
      label={`More for ${of.name}`}
      items={[
        ...(inRow ? first : []),
        { label: 'Edit', icon: 'pencil', onSelect: onEdit },
        ...more,
        { label: 'Delete', icon: 'trash', kind: 'danger', onSelect: () => setDeleting(true) },
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
    change.mutate({ paused: true }, { onSuccess: () => showToast(`${name} is paused.`, { action: { label: 'Undo', onSelect: resume } }) });
  return pausedAt === null
    ? { label: 'Pause', icon: 'pause', busy: change.isPending, onSelect: pause }
    : { label: 'Resume', icon: resumeIcon, busy: change.isPending, onSelect: resume };
}

import type { ReactNode } from 'react';
import { explain } from '../format/explain.ts';
import { texts } from '../texts/primitives.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { usePersistentError } from './standing-error.ts';

const icons = { danger: 'alert', warn: 'alert', plain: 'info' } as const satisfies Record<string, IconName>;

interface NoteProps {
  kind?: keyof typeof icons;
  icon?: IconName;
  children: ReactNode;
  actions?: ReactNode;
}

/** A persistent note next to its subject. An error is announced; other notes are found while reading. */
export function Note({ kind = 'plain', icon, children, actions }: NoteProps) {
  return (
    <div className="note" data-kind={kind} role={kind === 'danger' ? 'alert' : undefined}>
      <Icon name={icon ?? icons[kind]} />
      <div className="note-body">
        {children}
        {actions && <div className="note-actions">{actions}</div>}
      </div>
    </div>
  );
}

/** Renders nothing without an error. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const standing = usePersistentError(error);
  if (!standing) return null;
  const again = onRetry && (
    <Button size="small" icon="refresh" onClick={onRetry}>
      {texts.tryAgain}
    </Button>
  );
  return (
    <Note kind="danger" actions={again}>
      {explain(standing)}
    </Note>
  );
}

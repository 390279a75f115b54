import { useEffect, useSyncExternalStore } from 'react';
import { explain } from '../format/explain.ts';
import { texts } from '../texts/primitives.ts';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

interface Toast {
  id: number;
  text: string;
  /** `news`: something others did, neither a success of one's own nor an error. `question`: something waits for an answer. */
  kind: 'ok' | 'danger' | 'news' | 'question';
  action?: { label: string; onSelect: () => void };
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function update(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => update(toasts.filter((toast) => toast.id !== id));

export function showToast(text: string, options: { kind?: Toast['kind']; action?: Toast['action'] } = {}): void {
  lastId += 1;
  const toast: Toast = { id: lastId, text, kind: options.kind ?? 'ok' };
  if (options.action) toast.action = options.action;
  update([...toasts.filter((other) => other.text !== text).slice(-3), toast]);
}

export const showFailure = (error: unknown): void => showToast(explain(error), { kind: 'danger' });

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section className="toasts" aria-label={texts.notifications} aria-live="polite">
      {shown.map((toast) => (
        <ToastItem key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

const icons = { ok: 'check', danger: 'alert', news: 'info', question: 'person' } as const;

function ToastItem({ toast }: { toast: Toast }) {
  const { id, kind, action } = toast;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), kind === 'danger' || action ? 12_000 : 5_000);
    return () => clearTimeout(timer);
  }, [id, kind, action]);
  return (
    <div className="toast" data-kind={kind}>
      <Icon name={icons[kind]} />
      <p>{toast.text}</p>
      {action && (
        <Button
          size="small"
          onClick={() => {
            dismiss(id);
            action.onSelect();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton size="small" icon="close" label={texts.dismiss} onClick={() => dismiss(id)} />
    </div>
  );
}

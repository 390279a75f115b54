import { Key } from '#features/runs/client/approvals/resolution.tsx';

const keys = [
  ['J', 'or ↓: the next one'],
  ['K', 'or ↑: the one before'],
  ['Enter', 'read it'],
  ['A', 'approve'],
  ['⇧ A', 'approve all like this'],
  ['R', 'reject, with a note'],
] as const;

/** The key bindings, and a switch to turn them off: speech input would trigger them by accident (WCAG 2.1.4). */
export function InboxKeys({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <details className="inbox-keys">
      <summary>Keys</summary>
      <ul>
        {keys.map(([key, says]) => (
          <li key={key}>
            <Key name={key} /> <span className="visually-hidden">{key}: </span>
            {says}
          </li>
        ))}
      </ul>
      <label>
        <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
        Single keys act here
      </label>
    </details>
  );
}

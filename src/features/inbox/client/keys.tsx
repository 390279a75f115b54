import { Key } from '#features/runs/client/approvals/resolution.tsx';
import { texts } from './texts/inbox.ts';

const words = texts.keys;

const keys = [
  ['J', words.next],
  ['K', words.previous],
  [words.enter, words.read],
  ['A', words.approve],
  ['⇧ A', words.approveAll],
  ['R', words.reject],
] as const;

/** The key bindings, and a switch to turn them off: speech input would trigger them by accident (WCAG 2.1.4). */
export function InboxKeys({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <details className="inbox-keys">
      <summary>{words.title}</summary>
      <ul>
        {keys.map(([key, says]) => (
          <li key={key}>
            <Key name={key} /> <span className="visually-hidden">{words.name(key)}</span>
            {says}
          </li>
        ))}
      </ul>
      <label>
        <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
        {words.on}
      </label>
    </details>
  );
}
